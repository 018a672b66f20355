import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Ledger, LedgerUnreadableError } from '../../src/ledger/ledger';
import { s3Ledger } from '../../src/ledger/s3-ledger';
import { type Moto, startMoto } from '../support/moto';
import { BUCKET, byHand, installation, PREFIX, s3At } from './s3-bench';
import { type Interference, type S3Proxy, type Seen, startS3Proxy } from './s3-proxy';

const FIRST = 'entries/00000001.json';
const SECOND = 'entries/00000002.json';

describe('ledger on S3', () => {
  let moto: Moto;
  let proxy: S3Proxy;
  /** Goes through the proxy, as the ledger does, and past it. */
  let s3: S3Client;
  let direct: S3Client;
  let ledger: Ledger;
  const fresh = (client = s3): Ledger => s3Ledger({ s3: client, bucket: BUCKET, prefix: PREFIX });
  const hand = () => byHand(direct);
  const isPutOf = (name: string, { method, url }: Seen) => method === 'PUT' && url.includes(name);

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startS3Proxy(moto.url);
    s3 = s3At(proxy.url);
    direct = s3At(moto.url);
  });
  afterAll(async () => {
    s3.destroy();
    direct.destroy();
    await proxy.close();
    await moto.close();
  });
  beforeEach(async () => {
    await moto.reset();
    proxy.interfere(null);
    proxy.pageSize(null);
    proxy.seen.length = 0;
    await direct.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    ledger = fresh();
  });

  /** Interferes once, with the first request that fits. */
  const once = (fits: (request: Seen) => boolean, how: () => Interference | Promise<Interference>) => {
    let done = false;
    proxy.interfere(async (request) => {
      if (done || !fits(request)) return null;
      done = true;
      return how();
    });
  };

  test('is empty at first, then a chain that another process reads', async () => {
    expect(await ledger.read()).toEqual([]);
    await ledger.append(installation('a'));
    const second = await ledger.append(installation('b'));
    expect(second.previous).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await fresh(direct).read()).toEqual([expect.objectContaining({ sequence: 1, previous: null }), second]);
    expect(await hand().names()).toEqual([FIRST, SECOND, 'head.json']);
    expect(JSON.parse(await hand().read('head.json'))).toMatchObject({ sequence: 2 });
  });

  test('creates entries, moves the head only from what it read, and sends checksums', async () => {
    const owned = s3Ledger({ s3, bucket: BUCKET, prefix: PREFIX, owner: '123456789012' });
    await owned.append(installation('a'));
    await owned.append(installation('b'));
    const puts = proxy.seen.filter(({ method }) => method === 'PUT').map(({ headers }) => headers);
    expect(puts.map((headers) => [headers['if-none-match'], headers['if-match'] === undefined])).toEqual([
      ['*', true],
      ['*', true],
      ['*', true],
      [undefined, false],
    ]);
    for (const headers of puts) expect(headers['x-amz-checksum-sha256']).toMatch(/^[\w+/]{43}=$/);
    expect(new Set(proxy.seen.map(({ headers }) => headers['x-amz-expected-bucket-owner']))).toEqual(new Set(['123456789012']));
  });

  test('a writer that comes second by a hair is appended after the first', async () => {
    once(
      (request) => isPutOf(FIRST, request),
      async () => {
        await fresh(direct).append(installation('b'));
        return null;
      },
    );
    const late = await ledger.append(installation('a'));
    expect(late.sequence).toBe(2);
    expect((await fresh().read()).map(({ digest }) => digest.at(-1))).toEqual(['b', 'a']);
  });

  test('eight writers at once lose nothing', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, i) => fresh().append(installation('01234567'.charAt(i)))));
    expect(new Set((await ledger.read()).map(({ digest }) => digest)).size).toBe(8);
    expect(JSON.parse(await hand().read('head.json'))).toMatchObject({ sequence: 8 });
  });

  test.each([FIRST, 'head.json'])('two writes of %s in the same moment (409) are tried again', async (name) => {
    once(
      (request) => isPutOf(name, request),
      () => ({ status: 409, code: 'ConditionalRequestConflict' }),
    );
    await ledger.append(installation('a'));
    expect(await hand().names()).toEqual([FIRST, 'head.json']);
  });

  test('an answer that is lost on its way does not write the entry twice', async () => {
    once(
      (request) => isPutOf(FIRST, request),
      () => 'lose',
    );
    expect((await ledger.append(installation('a'))).sequence).toBe(1);
    expect(await ledger.read()).toHaveLength(1);
  });

  describe('after two entries', () => {
    let oldHead: string;
    beforeEach(async () => {
      await ledger.append(installation('a'));
      oldHead = await hand().read('head.json');
      await ledger.append(installation('b'));
    });

    test.each<[string, () => Promise<unknown>, RegExp]>([
      ['an altered entry', async () => hand().write(FIRST, (await hand().read(FIRST)).replace('first', 'other')), /00000002.*was altered/],
      [
        'an altered last entry',
        async () => hand().write(SECOND, (await hand().read(SECOND)).replace('first', 'other')),
        /00000002.*was altered/,
      ],
      ['a removed entry', () => hand().remove(FIRST), /entry 1 of the ledger is missing/],
      ['a lost end', () => hand().remove(SECOND), /the last entry is missing: 2 were written/],
      [
        'everything lost but the head',
        async () => [await hand().remove(FIRST), await hand().remove(SECOND)],
        /the last 2 entries are missing/,
      ],
      ['a lost head', () => hand().remove('head.json'), /head record is missing/],
      ['half an entry', () => hand().write(SECOND, '{"schemaVersion": 1'), /00000002\.json: not JSON/],
      ['a head of something else', () => hand().write('head.json', '{}'), /head\.json: not a head record/],
    ])('%s makes the ledger unreadable, for readers and writers', async (_name, spoil, message) => {
      await spoil();
      const before = await hand().names();
      for (const reader of [ledger, fresh()]) await expect(reader.read()).rejects.toThrow(message);
      await expect(ledger.append(installation('c'))).rejects.toThrow(LedgerUnreadableError);
      expect(await hand().names()).toEqual(before);
    });

    test('a writer that broke off before the head is believed, and mended by the next', async () => {
      await hand().write('head.json', oldHead);
      expect(await fresh().read()).toHaveLength(2);
      await fresh().append(installation('c'));
      expect(JSON.parse(await hand().read('head.json'))).toMatchObject({ sequence: 3 });
    });

    test('a head that was set back is not', async () => {
      await ledger.append(installation('c'));
      await hand().write('head.json', oldHead);
      await expect(fresh().read()).rejects.toThrow(/names entry 1 of 3; it was set back/);
    });

    test('a role that may not move the head appends one entry, and no second', async () => {
      proxy.interfere((request) => (isPutOf('head.json', request) ? { status: 403, code: 'AccessDenied' } : null));
      await ledger.append(installation('c'));
      await expect(ledger.append(installation('d'))).rejects.toThrow(/write s3:\/\/ledger\/check-in\/head\.json \(AccessDenied/);
      expect(await fresh().read()).toHaveLength(3);
    });

    test('what was read once is not read again', async () => {
      await ledger.read();
      proxy.seen.length = 0;
      await ledger.read();
      expect(proxy.seen.filter(({ url }) => url.includes('/entries/'))).toEqual([]);
    });
  });

  test('is read in pages, several entries at a time but never more than 16', async () => {
    for (let i = 0; i < 20; i += 1) await ledger.append(installation('a'));
    proxy.pageSize(7);
    proxy.seen.length = 0;
    expect(await fresh().read()).toHaveLength(20);
    expect(proxy.seen.filter(({ url }) => url.includes('list-type=2'))).toHaveLength(3);
    expect(proxy.mostReads()).toBeGreaterThan(1);
    expect(proxy.mostReads()).toBeLessThanOrEqual(16);
  });

  test('SlowDown is waited for', async () => {
    once(
      () => true,
      () => ({ status: 503, code: 'SlowDown' }),
    );
    expect(await ledger.read()).toEqual([]);
  });

  test.each<[string, number, string, RegExp]>([
    ['a right that is missing', 403, 'AccessDenied', /The role lacks this right/],
    ['credentials that have expired', 400, 'ExpiredToken', /Get new credentials/],
  ])('%s makes it unreadable, in words', async (_name, status, code, words) => {
    proxy.interfere(({ url }) => (url.includes('list-type=2') ? { status, code } : null));
    for (const call of [() => ledger.read(), () => ledger.append(installation('a'))]) {
      const refused = call();
      await expect(refused).rejects.toThrow(LedgerUnreadableError);
      await expect(refused).rejects.toThrow(words);
    }
    expect(await hand().names()).toEqual([]);
  });

  test('a bucket that is not there is no empty ledger', async () => {
    const elsewhere = s3Ledger({ s3, bucket: 'none', prefix: PREFIX });
    for (const call of [() => elsewhere.read(), () => elsewhere.append(installation('a'))]) {
      await expect(call()).rejects.toThrow(/s3:\/\/none\/check-in\/head\.json \(NoSuchBucket.*Check the names in the policy/);
    }
  });

  test('a right to write that is missing is said', async () => {
    proxy.interfere(({ method }) => (method === 'PUT' ? { status: 403, code: 'AccessDenied' } : null));
    await expect(ledger.append(installation('a'))).rejects.toThrow(/Could not write .*00000001\.json \(AccessDenied/);
  });
});
