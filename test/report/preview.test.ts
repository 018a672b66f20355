import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePreview } from '../../scripts/preview-report';
import { previewFiles } from '../../src/report/samples';

test('the preview writes every state into a directory that it makes', async () => {
  const base = await mkdtemp(join(tmpdir(), 'tidegate-preview-'));
  try {
    const written = await writePreview(join(base, 'a', 'b'));
    expect((await readdir(join(base, 'a', 'b'))).sort()).toEqual(
      previewFiles()
        .map(({ name }) => name)
        .sort(),
    );
    expect(written).toHaveLength(previewFiles().length);
  } finally {
    await rm(base, { recursive: true });
  }
});
