/**
 * Everything that came from outside (gate ids, messages, commits, entries, routes, reasons) passes through here on its
 * way into a report. Each function makes one line of text that is inert in its medium.
 */

const ESC = String.fromCharCode(27);
/** Terminal control sequences, before the control characters themselves are removed. */
const ANSI = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${String.fromCharCode(7)}${ESC}]*(?:${String.fromCharCode(7)}|${ESC}\\\\)?|[@-Z\\\\-_])`,
  'g',
);
/** Characters that reorder or hide text: bidirectional controls, zero-width characters, tags, variation by language. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** Half of a surrogate pair: it would make the file invalid UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Longest text that one field may bring into a report, in code points. */
export const MAX_FIELD = 600;

/** One line without control sequences or invisible characters, shortened with an ellipsis. For terminals and as the base of the others. */
export function plain(text: string, max = MAX_FIELD): string {
  const line = text
    .replace(ANSI, '')
    .replace(INVISIBLE, '')
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .replace(LONE_SURROGATE, '\ufffd')
    .trim();
  const points = [...line];
  return points.length <= max ? line : `${points.slice(0, max - 1).join('')}…`;
}

/** Markup of HTML, of Markdown and of GitHub's additions to it (`$` is mathematics). */
const MARKDOWN = /[&<>`|*_~[\]\\#@$]/g;

/**
 * Text for GitHub Markdown, table cells included. Markup becomes character references, which Markdown takes as letters.
 * Mentions, issue references and bare links are found by GitHub in the finished text, so these are broken by a
 * zero-width space instead.
 */
export function markdown(text: string, max = MAX_FIELD): string {
  return plain(text, max)
    .replace(MARKDOWN, (character) => `&#${character.charCodeAt(0)};${character === '@' || character === '#' ? '&#8203;' : ''}`)
    .replace(/:\/\//g, ':&#8203;//')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}&#8203;.`)
    .replace(/\bGH-(?=\d)/gi, (match) => `${match}&#8203;`)
    .replace(/^[-+=]/, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/^(\d+)([.)])(?=\s|$)/, (_, digits: string, mark: string) => `${digits}&#${mark.charCodeAt(0)};`);
}

/** Text in code type. The element is used because a code span can be ended by what it holds. */
export function code(text: string, max = MAX_FIELD): string {
  return `<code>${markdown(text, max)}</code>`;
}

/** Text for HTML, attribute values included. */
export function html(text: string, max = MAX_FIELD): string {
  return plain(text, max).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A Mermaid label: what Mermaid's own syntax could read is replaced, not escaped, because its renderers differ. */
export function mermaidLabel(text: string): string {
  return plain(text, 60)
    .replace(/[^A-Za-z0-9 .,:/-]/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
}

/**
 * Lines for a log that GitHub's runner reads: it takes `::` at the start of a line, blanks aside, and `##[` anywhere in one, for
 * a command to itself.
 */
export function logged(text: string): string {
  return text.replace(/##\[/g, '## [').replace(/^(\s*):(?=:)/gm, '$1: ');
}

/** The message of a GitHub workflow command. */
export function commandData(text: string): string {
  return logged(plain(text, 4000)).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

/** A property of a GitHub workflow command. */
export function commandProperty(text: string): string {
  return commandData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/** A part of our own marker: it must survive as it is, so everything else becomes a hyphen. */
export function markerPart(text: string): string {
  return (
    plain(text, 60)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'none'
  );
}

/** `sha256:` and the first twelve digits: enough to recognise, the full digest is elsewhere in the report. */
export function shortDigest(digest: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? digest.slice(0, 19) : plain(digest, 19);
}

/** The first seven digits of a commit, and whether its tree was dirty. */
export function shortCommit(commit: string): string {
  const match = /^([0-9a-f]{7})[0-9a-f]{33}(\+dirty)?$/.exec(commit);
  return match === null ? plain(commit, 40) : `${match[1]}${match[2] ?? ''}`;
}
