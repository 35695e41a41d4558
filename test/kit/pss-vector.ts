import { createPublicKey } from 'node:crypto';

/** A PS256 signature whose first octet is nought, as one of 256 is: a fixed one, so that the test of its length is no matter of luck. */
export const PSS_WITH_LEADING_ZERO = {
  signed: 'eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9',
  signature: Buffer.from(
    [
      'AJhWuoEhjVDMiDKgYXC0preiCwW0ZNFsd4902-lGz3_SwXUWfcHJdCjU55-4xXJr-n4GRducmWCnO8g5O9xoLp6MfD_kabdawxCKEKoWS6RkH_',
      'rQxUZ_oXbo8dOs9ls1Sr4YxxnDYQTVK-Rs00-YmvGr1Cl5-JUU-igwYBHitVmMEN18kZPwGYXzM8ZTiPxAqi7e5vvyMOLCbxB7ANLHU6WnDyG8',
      'uB7TQisbfr0u39f25B3LKk5YBdC8VNKaqeUO6N3eUmX1Q6arsFIjaCQDRRQaRBnKn1nVvXRbag3hbWuQreGAYMlyI3lNA0S9ZDGgKl7e3bOxyP',
      'WNxCrO5rqQSA',
    ].join(''),
    'base64url',
  ),
  key: createPublicKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      e: 'AQAB',
      n: [
        'tKllMVCRMugsMNHSTNq5xhKf4e8G1wABFsQfCCiwnijE72bLlxO3Po75XtCg1VT3VuxkaAc01yGL2FSgGdw2NXa6TxO7_ulOKCeduN9zIzRP1k',
        'CQU3ilq63RArPEijVTD74UgtPLGPYXXVhirRrz1y1XgdGmYo6-Fqc1MMqC4tq6Ah9hai5Bhk9RsxeYHxT9Z2mf28rFaMzcrX63-ZXeZ8wDdkKp',
        'Sca8MPREEFO11FQ_MOyans_a2BxIU-FtmkAm8oqM_vvpT9z8hD2YF_G1nm88jkZJl-X8ms2SG98bWSABeOy72ExPeC-KFF7-hF3AtqEl0kCNY9',
        '4YfWcM8dmdOQ',
      ].join(''),
    },
  }),
};
