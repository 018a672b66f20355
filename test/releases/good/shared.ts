/**
 * The release that ships: one multiplexed client per environment and endpoint, the reader's included, connected in INIT,
 * with deadlines.
 * @profile quick test
 * @verdict passed
 */
export { handler } from '../../../src/api/handler';
