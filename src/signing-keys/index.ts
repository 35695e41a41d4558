export {
  ACTIVE_DAYS,
  ANNOUNCED_DAYS,
  decideRotation,
  type KeyState,
  type PublicJwk,
  type PublishedKey,
  RETIRED_DAYS,
  type RotationStep,
  type SigningAlgorithm,
  type SigningKey,
  type SigningKeys,
  thumbprintOf,
} from './signing-key.ts';
