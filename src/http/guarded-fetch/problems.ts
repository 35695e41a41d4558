import { defineProblems } from '#kernel/problem.ts';

/** Why a request was not made, or its answer not taken. Status 502: the fault lies with the system that was asked. */
export const problems = defineProblems('fetch', {
  url_refused: {
    status: 400,
    title: 'The address is not a URL that can be fetched',
    remedy: 'Give an absolute URL without user name, password and control characters, at most 8,192 characters long.',
    source: 'RFC 9110 §4.2.4',
  },
  scheme_refused: {
    status: 400,
    title: 'Only http and https addresses are fetched',
    remedy: 'Enter an address that begins with https://.',
    source: 'RFC 9110 §4.2',
  },
  port_refused: {
    status: 400,
    title: 'The port belongs to another service than the web',
    remedy: 'Serve the address on 443, 80 or a port above 1023 that no other well-known service uses.',
    source: 'Fetch standard, port blocking',
  },
  address_refused: {
    status: 400,
    title: 'The address lies in a private or reserved network',
    remedy:
      'Use a host with public addresses only, or let the operator allow private networks (SALLYPORT_ALLOW_PRIVATE_NETWORK).',
    source: 'RFC 6890',
  },
  unreachable: {
    status: 502,
    title: 'The other system could not be reached',
    remedy: 'Check the spelling of the host. If it is right, its name service or a firewall keeps this server from it.',
  },
  tls_failed: {
    status: 502,
    title: 'The other system did not prove its identity',
    remedy:
      'Its certificate must be valid now, for this host name, and issued by a certification authority that this server trusts.',
    source: 'RFC 9110 §4.3.4',
  },
  too_large: {
    status: 502,
    title: 'The answer of the other system is larger than allowed',
    remedy: 'Check the address: what such a document has to say is smaller by far.',
  },
  too_slow: {
    status: 504,
    title: 'The other system did not answer in time',
    remedy: 'Try again. If it stays so, look at its load, and at firewalls that drop requests instead of refusing them.',
  },
  too_many_redirects: {
    status: 502,
    title: 'The other system redirects too often',
    remedy: 'Enter the final address, as the address line of a browser shows it in the end.',
  },
  redirect_refused: {
    status: 502,
    title: 'The other system redirects to where the request must not go',
    remedy: 'Enter the final address.',
    source: 'RFC 9110 §15.4',
  },
  answer_unreadable: {
    status: 502,
    title: 'The other system did not answer with readable HTTP',
    remedy: 'Check scheme and port: something else than a web server answers there.',
  },
  aborted: { status: 502, title: 'The request was given up before its answer came', remedy: 'Try again.' },
});
