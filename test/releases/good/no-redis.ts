/**
 * A service that has no cache at all: it keeps its data in SQLite, in a file that all environments share (on AWS it would lie on a
 * file system that is mounted). Gates on Redis must find nothing, and not that nothing was measured.
 * @profile quick test
 * @verdict passed
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serveStore } from '../../../src/api/serve';
import type { CheckIn } from '../../../src/api/store';

const database = new DatabaseSync(join(__dirname, 'check-in.db'), { timeout: 2000 });
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS profiles (user TEXT PRIMARY KEY, name TEXT NOT NULL, company TEXT);
  CREATE TABLE IF NOT EXISTS check_ins (event TEXT, user TEXT, at INTEGER NOT NULL, PRIMARY KEY (event, user));
  CREATE INDEX IF NOT EXISTS check_ins_by_time ON check_ins (event, at);
`);

const sql = {
  profile: database.prepare('SELECT name, company FROM profiles WHERE user = ?'),
  writeProfile: database.prepare('REPLACE INTO profiles VALUES (?, ?, ?)'),
  checkIn: database.prepare('INSERT OR IGNORE INTO check_ins VALUES (?, ?, ?)'),
  checkedInAt: database.prepare('SELECT at FROM check_ins WHERE event = ? AND user = ?'),
  count: database.prepare('SELECT count(*) AS count FROM check_ins WHERE event = ?'),
  newest: database.prepare('SELECT user, at FROM check_ins WHERE event = ? ORDER BY at DESC LIMIT ?'),
  oldest: database.prepare('SELECT user, at FROM check_ins WHERE event = ? ORDER BY at LIMIT ?'),
};

const isoOf = (at: unknown) => new Date(Number(at)).toISOString();
const checkInOf = (row: Readonly<Record<string, unknown>>): CheckIn => ({ userId: String(row['user']), checkedInAt: isoOf(row['at']) });

export const handler = serveStore(() => ({
  ping: async () => undefined,
  readProfile: async (userId) => {
    const row = sql.profile.get(userId);
    if (row === undefined) return null;
    const name = String(row['name']);
    return row['company'] === null ? { userId, name } : { userId, name, company: String(row['company']) };
  },
  writeProfile: async ({ userId, name, company }) => void sql.writeProfile.run(userId, name, company ?? null),
  checkIn: async (eventId, userId, at) => {
    const { changes } = sql.checkIn.run(eventId, userId, at.getTime());
    return { userId, created: Number(changes) === 1, checkedInAt: isoOf(sql.checkedInAt.get(eventId, userId)?.['at']) };
  },
  checkIns: async (eventId, recent) => ({
    count: Number(sql.count.get(eventId)?.['count']),
    mostRecent: sql.newest.all(eventId, recent).map(checkInOf),
  }),
  leaderboard: async (eventId, limit) => sql.oldest.all(eventId, limit).map(checkInOf),
}));
