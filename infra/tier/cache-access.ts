/** Keys of the API (src/api/redis-store.ts). */
const KEYS = ['profile:*', 'event:*'];

/** Commands that the API sends, and no others: no KEYS, no FLUSHALL, no CONFIG, no script. */
const COMMANDS = ['ping', 'hgetall', 'multi', 'exec', 'discard', 'del', 'hset', 'zadd', 'zscore', 'zcard', 'zrange'];

/**
 * What the API's user of the cache may do, in Valkey's ACL language. AUTH and HELLO need no permission. A release that sends another
 * command is refused by staging's cache, and so found there.
 */
export const API_ACCESS = ['on', ...KEYS.map((pattern) => `~${pattern}`), '-@all', ...COMMANDS.map((name) => `+${name}`)].join(' ');
