import {
  Button,
  FileButton,
  Group,
  PasswordInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { faultAt } from '../../../ui/faults.ts';
import type { Pasted } from './pasted.ts';

interface Props {
  kind: string;
  pasted: Pasted;
  onChange: (more: Partial<Pasted>) => void;
  error: unknown;
}

/** Issuer or directory, client id and secret. */
export function OidcSource({ kind, pasted, onChange, error }: Props) {
  const isMicrosoft = kind === 'microsoft-oidc';
  const shared = { autoComplete: 'off', spellCheck: false };
  return (
    <Stack gap="md">
      {isMicrosoft ? (
        <TextInput
          {...shared}
          label="Directory (tenant) ID"
          description="On the Overview page of the app registration."
          placeholder="00000000-0000-0000-0000-000000000000"
          value={pasted.directoryId}
          onChange={(event) => onChange({ directoryId: event.currentTarget.value })}
          error={faultAt(error, '/oidc/directoryId') ?? faultAt(error, '/issuer')}
          required
        />
      ) : (
        <TextInput
          {...shared}
          label="Issuer"
          description="The address of the provider; endpoints and keys are found from it."
          placeholder="https://acme.okta.com"
          value={pasted.issuer}
          onChange={(event) => onChange({ issuer: event.currentTarget.value })}
          error={faultAt(error, '/issuer') ?? faultAt(error, '/oidc/issuer')}
          required
        />
      )}
      <TextInput
        {...shared}
        label={isMicrosoft ? 'Application (client) ID' : 'Client ID'}
        value={pasted.clientId}
        onChange={(event) => onChange({ clientId: event.currentTarget.value })}
        error={faultAt(error, '/oidc/clientId')}
        required
      />
      <Select
        label="How we prove who we are"
        data={[
          { value: 'secret', label: 'By a client secret' },
          { value: 'private_key_jwt', label: 'By a key of ours (private_key_jwt): no secret that runs out' },
          { value: 'none', label: 'Not at all (public client)' },
        ]}
        value={pasted.proof}
        onChange={(proof) => onChange({ proof: (proof ?? 'secret') as Pasted['proof'] })}
        allowDeselect={false}
      />
      {pasted.proof === 'private_key_jwt' ? (
        <Text size="sm" c="dimmed">
          Its certificate is made with the draft, and is then under Keys, to be uploaded there.
        </Text>
      ) : null}
      {pasted.proof === 'secret' ? (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <PasswordInput
            label="Client secret"
            description={isMicrosoft ? 'The value of the secret, not its ID.' : 'Kept encrypted, and never shown again.'}
            value={pasted.clientSecret}
            onChange={(event) => onChange({ clientSecret: event.currentTarget.value })}
            error={faultAt(error, '/oidc/clientSecret')}
            autoComplete="new-password"
          />
          <TextInput
            type="date"
            label="The secret ends on"
            description="If it ends. You are warned in time."
            value={pasted.clientSecretExpiresAt}
            onChange={(event) => onChange({ clientSecretExpiresAt: event.currentTarget.value })}
            error={faultAt(error, '/oidc/clientSecretExpiresAt')}
          />
        </SimpleGrid>
      ) : null}
    </Stack>
  );
}

/** Metadata by its address, or the document itself. */
export function SamlSource({ pasted, onChange, error }: Props) {
  const [how, setHow] = useState<'url' | 'document'>(pasted.metadata ? 'document' : 'url');
  return (
    <Stack gap="md">
      <SegmentedControl
        w="fit-content"
        aria-label="How the metadata comes here"
        value={how}
        onChange={(to) => {
          setHow(to as 'url' | 'document');
          onChange({ metadata: '' });
        }}
        data={[
          { value: 'url', label: 'Metadata address' },
          { value: 'document', label: 'File or XML' },
        ]}
      />
      {how === 'url' ? (
        <TextInput
          label="Metadata address"
          description="Best: new certificates are then added by themselves."
          placeholder="https://acme.okta.com/app/…/sso/saml/metadata"
          value={pasted.metadataUrl}
          onChange={(event) => onChange({ metadataUrl: event.currentTarget.value })}
          error={faultAt(error, '/metadataUrl') ?? faultAt(error, '/saml/metadataUrl')}
          spellCheck={false}
          autoComplete="off"
        />
      ) : (
        <Stack gap="xs">
          <Textarea
            label="Metadata (XML)"
            placeholder="<EntityDescriptor …>"
            value={pasted.metadata}
            onChange={(event) => onChange({ metadata: event.currentTarget.value })}
            error={faultAt(error, '/metadata')}
            autosize
            minRows={5}
            maxRows={14}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          />
          <Group gap="xs">
            <FileButton
              accept=".xml,application/xml,text/xml"
              onChange={(file) => file && void file.text().then((metadata) => onChange({ metadata }))}
            >
              {(props) => (
                <Button variant="default" size="xs" {...props}>
                  Choose a file
                </Button>
              )}
            </FileButton>
            <Text size="xs" c="dimmed">
              Certificates of a file are not renewed by themselves.
            </Text>
          </Group>
        </Stack>
      )}
    </Stack>
  );
}
