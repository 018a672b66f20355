import type { Route } from './route';

export type Match =
  | { readonly kind: 'found'; readonly route: Route; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] };

interface Compiled {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Finds routes by method and path. HEAD is not offered. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const compiled: readonly Compiled[] = routes.map((route) => ({ route, segments: route.path.split('/') }));
  return (method, path) => {
    const segments = path.split('/');
    const fitting = compiled.filter((candidate) => fits(candidate.segments, segments));
    const found = fitting.find((candidate) => candidate.route.method === method);
    if (found !== undefined) {
      const parameters = parametersOf(found.segments, segments);
      return parameters === null ? { kind: 'not-found' } : { kind: 'found', route: found.route, parameters };
    }
    return fitting.length === 0
      ? { kind: 'not-found' }
      : { kind: 'method-not-allowed', allow: fitting.map((candidate) => candidate.route.method) };
  };
}

const isParameter = (segment: string) => segment.startsWith('{');

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => part === segments[index] || (isParameter(part) && segments[index] !== ''))
  );
}

/** @returns null when a segment is not valid percent-encoding */
function parametersOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const parameters: Record<string, string> = {};
  try {
    pattern.forEach((part, index) => {
      if (isParameter(part)) parameters[part.slice(1, -1)] = decodeURIComponent(segments[index] ?? '');
    });
    return parameters;
  } catch {
    return null;
  }
}
