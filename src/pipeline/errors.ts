/** Something that the caller wrote or chose is wrong; the message says what was expected. Exit code 64. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The run was stopped by its user. Exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
