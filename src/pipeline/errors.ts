/** Something that the caller wrote or chose is wrong; the message says what was expected. Exit code 64. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The run was stopped by its user. Exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** What was given is refused, by a code of a closed list; nothing was touched. Exit code 1. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(code: string, message: string) {
    super(`Refused (${code}): ${message}`);
  }
}
