import { z } from 'zod';

export type Freeze =
  | { readonly kind: 'none' }
  | { readonly kind: 'until'; readonly until: Date; readonly reason: string }
  /** Somebody meant something: it counts as a freeze until they say what. */
  | { readonly kind: 'unreadable' };

const instant = z.iso.datetime({ offset: true });

/** Reads `<until as ISO instant> <reason>`. */
export function freezeOf(text: string): Freeze {
  if (text.trim() === '') return { kind: 'none' };
  const [, until = '', reason = ''] = /^(\S+)\s+(\S.*)$/s.exec(text.trim()) ?? [];
  return instant.safeParse(until).success ? { kind: 'until', until: new Date(until), reason } : { kind: 'unreadable' };
}
