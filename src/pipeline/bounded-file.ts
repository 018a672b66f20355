import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';

export const MIB = 1024 * 1024;

/** What a file from outside holds, or why it was not read: the end of a sentence that begins with its name. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export const problem = (text: string): Read<never> => ({ ok: false, problem: text });

/**
 * Reads a file that somebody else wrote, at most so many bytes of it. A link would show a file of this machine; a device or a
 * pipe would never end.
 */
export async function readBounded(path: string, most: number): Promise<Read<string>> {
  const named = await lstat(path).catch(() => null);
  if (named === null) return problem('is not there');
  if (!named.isFile()) return problem('is a link or no file');
  if (named.size > most) return problem(`is larger than ${most / MIB} MiB`);
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
  if (file === null) return problem('cannot be read');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(named.size), 0, named.size, 0);
    return { ok: true, value: buffer.toString('utf8', 0, bytesRead) };
  } catch {
    return problem('cannot be read');
  } finally {
    await file.close();
  }
}
