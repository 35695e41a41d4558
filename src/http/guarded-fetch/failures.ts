import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';

/** OpenSSL's verdicts on a certificate and failures of the handshake, as Node names them. */
const TLS_FAILURE =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERROR_IN_|EPROTO)/;

/** Turns what a socket or the HTTP parser reported into a problem; decided by codes, never by text. */
export function readFailure(error: Error): Problem {
  if (error instanceof Problem) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const facts = { cause: code };
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem(problems.too_large, { facts, cause: error });
  if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP_'))
    return new Problem(problems.answer_unreadable, { facts, cause: error });
  if (TLS_FAILURE.test(code)) return new Problem(problems.tls_failed, { facts, cause: error });
  if (error instanceof AggregateError) return readAggregate(error);
  return new Problem(problems.unreachable, { facts, cause: error });
}

/** Several addresses were tried and all failed: the first failure speaks for them. */
function readAggregate(error: AggregateError): Problem {
  const first: unknown = error.errors[0];
  const code = first instanceof Error ? ((first as NodeJS.ErrnoException).code ?? '') : '';
  return new Problem(problems.unreachable, { facts: { cause: code }, cause: error });
}
