import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type InputFault, Problem, type ProblemType } from '#kernel/problem.ts';
import { problems } from './problems.ts';

/** Every error becomes a problem: ours as they are, Fastify's by their code, everything else `http.failed`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isProblemType(error)) return new Problem(error);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.flatMap(faultsOf);
    return new Problem(problems.input_invalid, { errors, cause: error });
  }
  return new Problem(fastifyProblem(error), { cause: error });
}

interface ValidationIssue {
  instancePath: string;
  keyword: string;
  message?: string;
  params?: Record<string, unknown>;
}

/** One fault a place: members that nobody knows are named one by one. */
function faultsOf({ instancePath, keyword, message, params }: ValidationIssue): InputFault[] {
  const parent = instancePath === '/' ? '' : instancePath;
  const unknown = keyword === 'unrecognized_keys' && Array.isArray(params?.['keys']) ? (params['keys'] as string[]) : undefined;
  if (!unknown) return [{ pointer: parent, code: keyword || 'invalid', detail: message ?? 'is not valid' }];
  return unknown.map((name) => ({
    pointer: `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    code: 'unknown_field',
    detail: 'there is no such field',
  }));
}

function isProblemType(value: unknown): value is ProblemType {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && 'code' in value && 'title' in value;
}

function fastifyProblem(error: unknown): ProblemType {
  const code = (error as { code?: unknown } | null)?.code;
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problems.too_large;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return problems.media_type_unsupported;
  if (typeof status === 'number' && status >= 400 && status < 500) return problems.body_unreadable;
  return problems.failed;
}
