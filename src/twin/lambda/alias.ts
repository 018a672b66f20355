/** Where an alias sends its invocations. */
export interface AliasRoute {
  readonly version: string;
  /** A second version with its share of invocations, 0 to 1 (Lambda: alias routing configuration). */
  readonly secondary: { readonly version: string; readonly weight: number } | null;
}

/** @throws when the weight is no share. */
export function aliasRoute(version: string, secondary: AliasRoute['secondary'] = null): AliasRoute {
  if (secondary !== null && !(secondary.weight >= 0 && secondary.weight <= 1)) {
    throw new RangeError(`The weight of version ${secondary.version} is ${secondary.weight}, not a share between 0 and 1`);
  }
  return { version, secondary };
}

/**
 * Lambda decides for each invocation by chance ("simple probabilistic model", configuration-aliases page): short runs
 * differ from the weight by as much as a coin's would.
 * @param random - in [0, 1)
 */
export function pickVersion(route: AliasRoute, random: number): string {
  return route.secondary !== null && random < route.secondary.weight ? route.secondary.version : route.version;
}

export function routedVersions(route: AliasRoute | null): readonly string[] {
  if (route === null) return [];
  return route.secondary === null ? [route.version] : [route.version, route.secondary.version];
}
