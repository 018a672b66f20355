/**
 * The release that ships: one multiplexed client per environment and endpoint, connected in INIT, with deadlines.
 * @verdict passed
 */
export { handler } from '../../../src/api/handler';
