import type { EndpointName } from '../cache/cache';
import { consistency } from './fields';
import { accept, type Parsed } from './parsed';
import type { ApiRequest } from './request';
import { parse } from './validation';

/** Asks for one's own write, as `?consistency=strong` does. */
export const READ_YOUR_WRITE_HEADER = 'x-read-your-write';

/** Where a read goes: to the reader endpoint, or to the primary when the client must see its own last write. */
export function readSource(request: ApiRequest): Parsed<EndpointName> {
  if (request.headers[READ_YOUR_WRITE_HEADER] === 'true') return accept('primary');
  const asked = parse(consistency, request.query['consistency'], 'consistency');
  return asked.ok ? accept(asked.value === 'strong' ? 'primary' : 'reader') : asked;
}
