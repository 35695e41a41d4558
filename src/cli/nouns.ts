import { applicationNoun } from './application/commands.ts';
import { auditNoun } from './audit/commands.ts';
import type { Noun, Verb } from './command.ts';
import { doctor } from './doctor/command.ts';
import { domainNoun } from './domain/commands.ts';
import { expiryNoun } from './expiry/commands.ts';
import { groupNoun } from './group/commands.ts';
import { idpNoun } from './idp/commands.ts';
import { roleNoun } from './role/commands.ts';
import { serve } from './serve.ts';
import { settingsNoun } from './settings/commands.ts';
import { signInNoun } from './sign-in/commands.ts';
import { tenantNoun } from './tenant/commands.ts';
import { userNoun } from './user/commands.ts';
import { whoami } from './whoami.ts';
import { apply, exportTenant } from './whole/apply.ts';

/** The command line in the order of its help. */
export const nouns: readonly Noun[] = [
  idpNoun,
  tenantNoun,
  userNoun,
  groupNoun,
  roleNoun,
  applicationNoun,
  domainNoun,
  signInNoun,
  expiryNoun,
  auditNoun,
  settingsNoun,
];

/** What stands alone. */
export const verbs: readonly Verb[] = [apply, exportTenant, whoami, doctor, serve];
