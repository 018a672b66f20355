import { signerOf } from '../signature';
import type { LocalAccount } from './account';
import { REGION } from './account';

/** Those whom production serves, and who know nothing of canaries. */
export interface ClientsOfProduction {
  /** How many answers of each status. */
  answers(): Readonly<Record<number, number>>;
  stop(): Promise<void>;
}

const ROUTES = ['/health', '/v1/events/opening/leaderboard'];

/** Sends signed requests to production, evenly, until it is stopped. @param rate per second */
export function startClients(account: LocalAccount, rate: number): ClientsOfProduction {
  const signer = signerOf(account.sessions.issue(account.invokes('production')), REGION, 'execute-api');
  const { host } = new URL(account.doors.production.url);
  const answers: Record<number, number> = {};
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  const send = async (): Promise<void> => {
    const path = ROUTES[sent % ROUTES.length] ?? '/';
    sent += 1;
    const request = { method: 'GET', protocol: 'http:', hostname: host, path, query: {}, headers: { host }, body: '' };
    const { host: _, ...headers } = (await signer.sign(request)).headers;
    const status = await fetch(`http://${host}${path}`, { headers, signal: AbortSignal.timeout(5_000) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    answers[status] = (answers[status] ?? 0) + 1;
  };
  const timer = setInterval(() => {
    const one = send().finally(() => underWay.delete(one));
    underWay.add(one);
  }, 1000 / rate);
  return {
    answers: () => ({ ...answers }),
    async stop() {
      clearInterval(timer);
      await Promise.allSettled(underWay);
    },
  };
}
