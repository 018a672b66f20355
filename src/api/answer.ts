/** What a route answers, in the shape of HTTP API payload 2.0. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;

/** @param value anything that JSON can carry */
export function json(statusCode: number, value: unknown): Answer {
  return { statusCode, headers: JSON_HEADERS, body: JSON.stringify(value) };
}
