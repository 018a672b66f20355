/**
 * An error as CloudWatch answers it. `type` is the shape's name in the JSON body; `queryCode` is what the older protocol
 * called it, which clients in query mode prefer as the error's name.
 */
export class ServiceError extends Error {
  readonly type: string;
  readonly queryCode: string;
  readonly status: number;

  constructor(type: string, queryCode: string, status: number, message: string) {
    super(message);
    this.name = 'ServiceError';
    this.type = type;
    this.queryCode = queryCode;
    this.status = status;
  }
}

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationException', 'ValidationError', 400, message);
}

export function invalidParameterValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', 'InvalidParameterValue', 400, message);
}

export function invalidParameterCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombinationException', 'InvalidParameterCombination', 400, message);
}

export function missingParameter(message: string): ServiceError {
  return new ServiceError('MissingRequiredParameterException', 'MissingParameter', 400, message);
}

export function invalidNextToken(): ServiceError {
  return new ServiceError('InvalidNextToken', 'InvalidNextToken', 400, 'Invalid nextToken');
}

export function unknownOperation(message: string): ServiceError {
  return new ServiceError('UnknownOperationException', 'UnknownOperationException', 400, message);
}

export function throttling(): ServiceError {
  return new ServiceError('ThrottlingException', 'Throttling', 400, 'Rate exceeded');
}

export function internalFault(): ServiceError {
  return new ServiceError('InternalServiceFault', 'InternalServiceError', 500, 'Internal service error');
}
