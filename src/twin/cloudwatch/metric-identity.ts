/** What names one metric in CloudWatch: its dimensions are a set, so their order says nothing. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One string per metric, equal for equal identities whatever the order of their dimensions. */
export function identityKey(identity: MetricIdentity): string {
  const names = Object.keys(identity.dimensions).sort();
  let key = `${identity.namespace}\n${identity.metricName}`;
  for (const name of names) key += `\n${name}\t${identity.dimensions[name]}`;
  return key;
}
