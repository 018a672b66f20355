import { html, markdown } from './escape';

/** Where more can be read. Only `https:` becomes a link; GitHub Enterprise may be served otherwise, and is then named in words only. */
export interface ReportLink {
  readonly label: string;
  readonly url: string;
}

/** An address that may be linked, as it would be opened; null for everything else. */
export function safeUrl(url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '' ? parsed.href : null;
}

/** A link for Markdown, which still reads the text within; the text alone when the address may not be linked. */
export function anchor({ label, url }: ReportLink, max = 80): string {
  const href = safeUrl(url);
  return href === null ? markdown(label, max) : `<a href="${html(href, 2000)}">${markdown(label, max)}</a>`;
}

/** Links in the order to show, without those that may not be linked. */
export function anchors(links: readonly ReportLink[]): readonly string[] {
  return links.filter(({ url }) => safeUrl(url) !== null).map((link) => anchor(link));
}
