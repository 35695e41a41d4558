import type { FastifyRequest } from 'fastify';
import { clientAddressOf, networkOfAddress } from './network.ts';

/** The network that a request comes from. */
export type NetworkOf = (request: FastifyRequest) => string;

/** @param proxies of ours before the gateway, see `clientAddressOf` */
export function createNetworkOf(proxies: number): NetworkOf {
  return ({ raw, headers }) => {
    const { 'x-forwarded-for': forwarded } = headers;
    const forwardedFor = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    return networkOfAddress(clientAddressOf({ connection: raw.socket.remoteAddress ?? '', forwardedFor, proxies }));
  };
}
