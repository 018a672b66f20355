import { closeSync, openSync } from 'node:fs';
import { countOpenDescriptors } from '../../src/cache/open-descriptors';

it('counts each descriptor that this process has open, and not the one it counts with', () => {
  const before = countOpenDescriptors() ?? 0;
  expect(before).toBeGreaterThan(2);
  const opened = [1, 2, 3].map(() => openSync(__filename, 'r'));
  expect(countOpenDescriptors()).toBe(before + 3);
  for (const descriptor of opened) closeSync(descriptor);
  expect(countOpenDescriptors()).toBe(before);
});
