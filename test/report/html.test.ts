import { renderHtml } from '../../src/report/html';
import { SAMPLES } from '../../src/report/samples/states';

const pages = SAMPLES.map(({ name, report, evidence }) => [name, renderHtml(report, evidence), evidence !== null] as const);

test.each(pages)('%s asks the network for nothing and runs nothing', (_, page) => {
  expect(page).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
  );
  expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form|base)\b/i);
  expect(page).not.toMatch(/\s(src|href|action|srcset|on[a-z]+)=/i);
  expect(page).not.toMatch(/url\((?!#)|@import|javascript:/i);
});

test.each(pages)('%s can be read by whoever cannot see it', (_, page) => {
  const order = [...page.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
  expect(order.filter((level) => level === 1)).toHaveLength(1);
  expect(order[0]).toBe(1);
  for (const [i, level] of order.entries()) expect(level - (order[i - 1] ?? 0)).toBeLessThanOrEqual(1);
  expect(page).toContain('<html lang="en">');
  for (const [table] of page.matchAll(/<table>[\s\S]*?<\/table>/g)) {
    expect(table).toMatch(/<caption>[^<]+/);
    expect(table).toContain('<th scope="col"');
    expect(table).toContain('<th scope="row"');
  }
  for (const [svg] of page.matchAll(/<svg[^>]*>/g)) expect(svg).toMatch(/aria-hidden="true"|role="img" aria-label="[^"]{20,}"/);
});

test.each(pages)('%s has no id twice', (_, page) => {
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBe(new Set(ids).size);
});

test.each(pages)('%s draws charts exactly when there is evidence', (_, page, drawn) => {
  expect(page.includes('<figure')).toBe(drawn);
});

/** Relative luminance and contrast as the Web Content Accessibility Guidelines define them. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

test('text and lines stand out from their ground, in light and in dark', () => {
  const page = pages[0]?.[1] ?? '';
  const schemes = [...page.matchAll(/:root \{([^}]+)\}/g)].map(
    ([, body = '']) => new Map([...body.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name = '', colour = '']) => [name, colour])),
  );
  expect(schemes).toHaveLength(2);
  for (const scheme of schemes) {
    for (const ground of ['page', 'card', 'chart-band']) {
      const texts = ['ink', 'muted', 'link', 'good', 'bad', 'unsure', 'neutral', 'chart-muted'];
      for (const text of texts)
        expect([ground, text, contrast(scheme.get(text) ?? '#000000', scheme.get(ground) ?? '#000000') >= 4.5]).toEqual([
          ground,
          text,
          true,
        ]);
      for (const line of ['main', 'second', 'third', 'bad', 'limit', 'floor']) {
        expect([ground, line, contrast(scheme.get(`chart-${line}`) ?? '#000000', scheme.get(ground) ?? '#000000') >= 3]).toEqual([
          ground,
          line,
          true,
        ]);
      }
    }
  }
});
