import {
  code,
  commandData,
  commandProperty,
  html,
  logged,
  markdown,
  markerPart,
  mermaidLabel,
  plain,
  shortCommit,
  shortDigest,
} from '../../src/report/escape';

const ESC = String.fromCharCode(27);
const BELL = String.fromCharCode(7);

describe('plain', () => {
  test.each([
    ['newlines', 'a\nb\r\n\tc', 'a b c'],
    ['line separators', 'a\u2028b\u2029c', 'a b c'],
    ['colours', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['a terminal title', `${ESC}]0;owned${BELL}text`, 'text'],
    ['a hyperlink', `${ESC}]8;;https://evil.example${ESC}\\text`, 'text'],
    ['other controls', 'a\u0000b\u0008c\u009bd', 'a b c d'],
    ['text that runs backwards', 'abc\u202edcba\u2066x', 'abcdcbax'],
    ['hidden characters', 'a\u200bb\ufeffc\u{e0041}d', 'abcd'],
    ['half of a pair', 'a\ud83dz', 'a\ufffdz'],
  ])('takes out %s', (_, given, expected) => {
    expect(plain(given)).toBe(expected);
  });

  test('shortens by code points, never within one', () => {
    expect(plain('🌊🌊🌊🌊', 3)).toBe('🌊🌊…');
    expect(plain('🌊🌊🌊', 3)).toBe('🌊🌊🌊');
  });
});

describe('markdown', () => {
  test.each([
    ['a cell border', 'a|b', 'a&#124;b'],
    ['code', '`a`', '&#96;a&#96;'],
    ['emphasis', '**a** _b_ ~c~', '&#42;&#42;a&#42;&#42; &#95;b&#95; &#126;c&#126;'],
    ['a link', '[a](https://b)', '&#91;a&#93;(https:&#8203;//b)'],
    ['an image', '![a](b)', '!&#91;a&#93;(b)'],
    ['a tag', '<img src=x>', '&#60;img src=x&#62;'],
    ['a comment', '<!-- tidegate:v1:a:b -->', '&#60;!-- tidegate:v1:a:b --&#62;'],
    ['an entity', '&lt;', '&#38;lt;'],
    ['a mention', '@octocat', '&#64;&#8203;octocat'],
    ['an issue', 'fixes #123', 'fixes &#35;&#8203;123'],
    ['another form of an issue', 'GH-123', 'GH-&#8203;123'],
    ['a bare link', 'www.evil.example', 'www&#8203;.evil.example'],
    ['a backslash', 'a\\|b', 'a&#92;&#124;b'],
    ['mathematics', '$x$', '&#36;x&#36;'],
    ['a list', '- a', '&#45; a'],
    ['a numbered list', '1. a', '1&#46; a'],
    ['another numbered list', '12) a', '12&#41; a'],
    ['a rule', '=== a', '&#61;== a'],
  ])('makes %s inert', (_, given, expected) => {
    expect(markdown(given)).toBe(expected);
  });

  test.each(['redis-connection-leak', '0.05 (12 datapoints)', '3.6 %', "production's peak", 'ä 漢 🌊'])('leaves %s as it is', (text) => {
    expect(markdown(text)).toBe(text);
  });

  test('code cannot be ended by what it holds', () => {
    expect(code('a`</code>b')).toBe('<code>a&#96;&#60;/code&#62;b</code>');
  });
});

test('html escapes text and attribute values', () => {
  expect(html(`<a href="x" title='y'>&\`</a>`)).toBe('&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;&#96;&#60;/a&#62;');
});

test('a workflow command cannot be ended or begun by what it holds', () => {
  expect(commandData('50 % done\n::error::forged')).toBe('50 %25 done ::error::forged');
  expect(commandProperty('a:b,c%\n::warning::x')).toBe('a%3Ab%2Cc%25 %3A%3Awarning%3A%3Ax');
});

test('a log line is no command to the runner, wherever it begins', () => {
  expect(logged('a\n  ::error::forged\n##[error]forged x ##[add-mask]a\n10:04::05')).toBe(
    'a\n  : :error::forged\n## [error]forged x ## [add-mask]a\n10:04::05',
  );
  expect(commandData('x ##[error]forged')).toBe('x ## [error]forged');
});

test('a Mermaid label has nothing that Mermaid could read', () => {
  expect(mermaidLabel('a "quoted"; %%{init}%% [x] ä\nline')).toBe('a quoted init x line');
});

test('a marker part has nothing that could end the marker', () => {
  expect(markerPart('Delivery --> <b>')).toBe('delivery-b');
  expect(markerPart('-->')).toBe('none');
});

test('digests and commits are shortened only when they are what they seem', () => {
  expect(shortDigest(`sha256:${'ab'.repeat(32)}`)).toBe('sha256:abababababab');
  expect(shortCommit('3f2a91c0d4e5b6a798887766554433221100ffee')).toBe('3f2a91c');
  expect(shortCommit('3f2a91c0d4e5b6a798887766554433221100ffee+dirty')).toBe('3f2a91c+dirty');
  expect(shortCommit('unknown')).toBe('unknown');
  expect(shortCommit(`${'a'.repeat(60)}`)).toHaveLength(40);
});
