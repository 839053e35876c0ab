import type { HttpMethod, Operation, OperationBody } from '@nexconn-kit/contract';
import type { ResolvedBody, ResolvedOperation } from './types.js';

/** Returns the operation as a row of the operation table. */
export function toOperation(operation: ResolvedOperation): Operation {
  const { operationId, method, path, summary, parameters, body } = operation;
  const { rateLimit, successStatus, statuses, hasAnswerBody, echoes, effects } = operation;
  return {
    operationId,
    method: method as HttpMethod,
    path,
    summary,
    parameters: parameters.flatMap(({ name, in: place, required }) => {
      return place === 'cookie' ? [] : [{ name, in: place, required }];
    }),
    body: body === null ? null : toOperationBody(body),
    rateLimit,
    successStatus,
    statuses,
    hasAnswerBody,
    ...(Object.keys(echoes).length > 0 && { echoes }),
    ...(effects.length > 0 && { effects }),
  };
}

function toOperationBody({ contentType, required, shape, emptyIsAbsent }: ResolvedBody): OperationBody {
  return { contentType, required, fields: [...shape.properties.keys()], emptyIsAbsent };
}
