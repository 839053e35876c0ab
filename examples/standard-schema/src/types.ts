// Compiled only: the types come from the schemas.
import type { IssueAccessTokenRequest, IssueAccessTokenResult } from '@nexconn-kit/contract';
import { issueAccessTokenRequestSchema as schema } from '@nexconn-kit/contract/standard-schema';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { router } from './router.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export const standard: StandardSchemaV1<IssueAccessTokenRequest> = schema;
export const input: Same<inferRouterInputs<typeof router>['register'], IssueAccessTokenRequest> = true;
export const output: Same<inferRouterOutputs<typeof router>['register'], IssueAccessTokenResult> = true;
