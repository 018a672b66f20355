import { validationError } from './service-error';

/**
 * @param window Epoch milliseconds.
 * @throws ServiceError ValidationException when the window is empty or runs backwards.
 */
export function checkWindow(window: { readonly StartTime: number; readonly EndTime: number }): void {
  if (window.StartTime >= window.EndTime) {
    throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  }
}

/**
 * @param period Seconds.
 * @throws ServiceError ValidationException when buckets of that period could not be made of the store's own.
 */
export function checkPeriod(period: number, storePeriodMs: number): void {
  if ((period * 1000) % storePeriodMs !== 0) {
    throw validationError(`The parameter Period must be a multiple of ${storePeriodMs / 1000} seconds.`);
  }
}
