import { Problem, type ProblemType } from '#kernel/problem.ts';
import { type Hash, readDigestMethod, readSignatureMethod, type SignatureMethod } from './algorithms.ts';
import { readBase64 } from './base64.ts';
import { DS, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N } from './namespaces.ts';
import { problems } from './problems.ts';
import { attributeOf, textOf, type XmlTree } from './tree.ts';

/** What a SignedInfo says, once every part of it is of the one allowed form. */
export interface SignedInfo {
  readonly method: SignatureMethod;
  readonly referenceUri: string;
  readonly contentPrefixes: readonly string[];
  readonly digestHash: Hash;
  readonly digest: Buffer;
}

/**
 * Reads a SignedInfo: exclusive canonicalization, a listed signature method, exactly one Reference with exactly the transforms
 * enveloped-signature and exclusive canonicalization, a listed digest. Everything else is refused, not ignored.
 *
 * @throws Problem `xml.signature_malformed`, `xml.signature_transforms`, `xml.signature_algorithm`, `xml.signature_reference`
 * @see SAML Core §5.4.2-5.4.4
 */
export function readSignedInfo(signedInfo: XmlTree): SignedInfo {
  const [canonicalization, signatureMethod, reference] = exactly(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  readExclusive(canonicalization, problems.signature_algorithm);
  // HMACOutputLength and PSS parameters would be children here.
  refuseUnless(signatureMethod.children.length === 0, problems.signature_malformed);
  const [transforms, digestMethod, digestValue] = exactly(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
  const referenceUri = attributeOf(reference, 'URI');
  if (referenceUri === undefined) throw new Problem(problems.signature_reference, { detail: 'the reference has no URI' });
  return {
    method: readSignatureMethod(attributeOf(signatureMethod, 'Algorithm')),
    referenceUri,
    contentPrefixes: readTransforms(transforms),
    digestHash: readDigestMethod(attributeOf(digestMethod, 'Algorithm')),
    digest: readBase64OrRefuse(digestValue),
  };
}

/** Prefixes that the canonical form of this SignedInfo declares although nothing uses them. */
export function readCanonicalizationPrefixes(signedInfo: XmlTree): readonly string[] {
  return readExclusive(
    exactly(signedInfo, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])[0],
    problems.signature_algorithm,
  );
}

export function readBase64OrRefuse(tree: XmlTree): Buffer {
  try {
    return readBase64(textOf(tree));
  } catch (cause) {
    throw new Problem(problems.signature_malformed, { detail: `${tree.name} is not base64`, cause });
  }
}

function readTransforms(transforms: XmlTree): readonly string[] {
  const [enveloped, exclusive] = transforms.children;
  const named = transforms.children.every((child) => child.namespace === DS && child.name === 'Transform');
  if (!named || transforms.children.length !== 2 || enveloped === undefined || exclusive === undefined) {
    throw new Problem(problems.signature_transforms, { detail: 'two transforms are allowed, and needed' });
  }
  refuseUnless(
    attributeOf(enveloped, 'Algorithm') === ENVELOPED_SIGNATURE && enveloped.children.length === 0,
    problems.signature_transforms,
  );
  return readExclusive(exclusive, problems.signature_transforms);
}

/** An element that names exclusive canonicalization without comments; its InclusiveNamespaces, if any. */
function readExclusive(tree: XmlTree, otherwise: ProblemType): readonly string[] {
  refuseUnless(attributeOf(tree, 'Algorithm') === EXCLUSIVE_C14N && tree.children.length <= 1, otherwise);
  const inclusive = tree.children[0];
  if (inclusive === undefined) return [];
  const prefixes = attributeOf(inclusive, 'PrefixList');
  const known =
    inclusive.namespace === EXCLUSIVE_C14N && inclusive.name === 'InclusiveNamespaces' && inclusive.children.length === 0;
  refuseUnless(known && prefixes !== undefined && prefixes.length <= 256, otherwise);
  return (prefixes ?? '').split(/[ \t\r\n]+/).filter((prefix) => prefix !== '');
}

type Each<Names extends readonly string[]> = { [Index in keyof Names]: XmlTree };

function exactly<const Names extends readonly string[]>(tree: XmlTree, names: Names): Each<Names> {
  const same =
    tree.children.length === names.length &&
    tree.children.every((child, at) => child.namespace === DS && child.name === names[at]);
  if (!same) throw new Problem(problems.signature_malformed, { detail: `${tree.name} must hold ${names.join(', ')}` });
  return tree.children as unknown as Each<Names>;
}

function refuseUnless(holds: boolean, type: ProblemType): void {
  if (!holds) throw new Problem(type);
}
