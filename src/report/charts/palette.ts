import type { LineRole } from './chart';

/**
 * Colours that are put into the drawing as placeholders and exchanged for custom properties of the page, so that one
 * drawing serves light and dark. Each placeholder is a colour that nothing else uses.
 */
export const PLACEHOLDERS = {
  ink: '#010101',
  muted: '#010102',
  rule: '#010103',
  band: '#010104',
  main: '#010105',
  second: '#010106',
  third: '#010107',
  bad: '#010108',
  limit: '#010109',
  floor: '#01010a',
} as const;

export type PaletteName = keyof typeof PLACEHOLDERS;

/** Pattern of each line, as on and off lengths; 0 is solid. */
export const PATTERNS: Readonly<Record<LineRole | 'limit' | 'floor', readonly number[] | 0>> = {
  main: 0,
  second: [7, 4],
  third: [2, 3],
  bad: 0,
  limit: [10, 3, 2, 3],
  floor: [3, 5],
};

/** Exchanges the placeholders of a drawing for `var(--chart-...)`. */
export function withCustomProperties(svg: string): string {
  return Object.entries(PLACEHOLDERS).reduce((text, [name, colour]) => text.replaceAll(colour, `var(--chart-${name})`), svg);
}
