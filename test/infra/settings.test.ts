import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../infra/settings';
import { ConfigurationError } from '../../src/pipeline/errors';

const TEXT = readFileSync(join(__dirname, '..', '..', 'infra', 'aws-settings.json'), 'utf8');

test('the example is right, and obviously an example', () => {
  const settings = parseSettings(TEXT, 'aws-settings.json');
  expect(settings.github.owner).toMatch(/^example/);
  expect(settings.production.authorization).toEqual({ type: 'iam' });
});

test.each([
  ['an unknown key, with the nearest one', '"service"', '"servise"', /unknown key "servise".*service/],
  ['a service name in capitals', '"check-in"', '"CheckIn"', /service: expected 2 to 19 lower-case/],
  ['a service name with two hyphens in a row, which ElastiCache takes in none', '"check-in"', '"check--in"', /service: .*single hyphens/],
  ['an id that is no number', '"1000001"', '"example"', /github\.ownerId: expected the digits/],
  ['a workflow that is a folder away', '".github/workflows/deploy.yml"', '"deploy.yml"', /github\.deployWorkflow: expected \.github/],
  ['an engine that has no IAM authentication', '"8.2"', '"7.1"', /cache\.engineVersion: expected a version of Valkey/],
  ['a retention that CloudWatch does not know', '90', '91', /production\.logRetentionDays: expected one of 1, 3, 5/],
  ['an API that is open without a reason', '"type": "iam"', '"type": "open"', /production\.authorization\.reason: is missing/],
  ['an API that is open for a short reason', '"type": "iam"', '"type": "open", "reason": "why not"', /expected a reason of 20 characters/],
  ['a way in that there is none', '"type": "iam"', '"type": "none"', /production\.authorization.*expected .*jwt/],
  ['tokens of an issuer without TLS', '"type": "iam"', '"type": "jwt", "issuer": "http://id.example.com", "audience": ["a"]', /issuer/],
])('%s is refused', (_, from, to, message) => {
  expect(TEXT).toContain(from);
  expect(() => parseSettings(TEXT.replace(from, to), 'aws-settings.json')).toThrow(ConfigurationError);
  expect(() => parseSettings(TEXT.replace(from, to), 'aws-settings.json')).toThrow(message);
});

test('everything that is wrong is said at once, each with its path', () => {
  const broken = TEXT.replace('"check-in"', '""').replace('"8.2"', '8');
  const lines = messageOf(() => parseSettings(broken, 'aws-settings.json')).split('\n');
  expect(lines.map((line) => line.split(': ')[1])).toEqual(['service', 'cache.engineVersion']);
});

test('text that is no JSON is named as such', () => {
  expect(() => parseSettings('{', 'aws-settings.json')).toThrow(/aws-settings\.json: is no JSON/);
});

function messageOf(doing: () => unknown): string {
  try {
    doing();
  } catch (error) {
    return String((error as Error).message);
  }
  throw new Error('nothing was wrong');
}
