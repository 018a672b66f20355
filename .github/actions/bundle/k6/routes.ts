/** How a request of a script that does not name its requests is called in reports. Pure. */

const VERSION = /^v\d+$/i;

/**
 * `GET /orders/{id}`: method and path, a part with a digit in it taken for an identifier unless it is a version such as `v1`.
 * A request to somewhere else keeps its host.
 */
export function routeOf(method: string, url: string, baseUrl: string): string {
  const address = isBelow(url, baseUrl) ? url.slice(baseUrl.length) : url;
  const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/?#]*)?([^?#]*)/i.exec(address) ?? [];
  const parts = path.split('/').map((part) => (/\d/.test(part) && !VERSION.test(part) ? '{id}' : part));
  return `${method.toUpperCase()} ${origin}${parts.join('/') || '/'}`;
}

/** Whether a URL is the API's: what begins with its address as text may still be another host. */
export function isBelow(url: string, baseUrl: string): boolean {
  return url.startsWith(baseUrl) && /^([/?#]|$)/.test(url.slice(baseUrl.length));
}
