import { Badge, Button, FileButton, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { faultAt } from '../../../ui/faults.ts';
import { When } from '../../../ui/When.tsx';
import { useHealth } from '../api.ts';
import { useFormFacts } from './context.ts';
import { FaultText } from './FaultText.tsx';
import type { InputProps } from './FieldInput.tsx';
import { Legend } from './Legend.tsx';

/** Certificates of one pasted text: several PEMs, or bare base64. */
function partsOf(text: string): string[] {
  const pems = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (pems) return pems.map((pem) => `${pem}\n`);
  return text.trim() === '' ? [] : [text.trim()];
}

/** SHA-256 of the certificate, in hexadecimal; undefined while it is being worked out, or where it is none. */
function useFingerprint(pem: string): string | undefined {
  const [print, setPrint] = useState<string>();
  useEffect(() => {
    let wanted = true;
    const read = async (): Promise<void> => {
      const base64 = pem.replace(/-----[^-]+-----/g, '').replace(/\s+/g, '');
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      if (wanted) setPrint([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
    };
    read().catch(() => setPrint(undefined));
    return () => {
      wanted = false;
    };
  }, [pem]);
  return print;
}

/** Certificates: those that are there, by fingerprint and end; more by paste or file. */
export function CertificatesInput({ field, value, onChange }: InputProps) {
  const { error, disabled } = useFormFacts();
  const [text, setText] = useState('');
  const list = Array.isArray(value) ? (value as string[]) : [];
  const add = (more: string): void => {
    const fresh = partsOf(more).filter((pem) => !list.includes(pem));
    if (fresh.length > 0) onChange([...list, ...fresh]);
    setText('');
  };
  return (
    <Legend label={field.label} help={field.help} fault={faultAt(error, field.pointer)} pointer={field.pointer}>
      <Stack gap="xs">
        {list.map((pem, index) => (
          <Certificate
            key={pem}
            pem={pem}
            fault={faultAt(error, `${field.pointer}/${index}`)}
            onRemove={disabled ? undefined : () => onChange(list.length === 1 ? undefined : list.filter((one) => one !== pem))}
          />
        ))}
        {disabled ? null : (
          <>
            <Textarea
              aria-label={`Add to ${field.label}`}
              placeholder="Paste a certificate: -----BEGIN CERTIFICATE----- …"
              autosize
              minRows={2}
              maxRows={6}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              // Whoever pastes and saves means it to be there.
              onBlur={() => add(text)}
              ff="monospace"
              spellCheck={false}
            />
            <Group gap="xs">
              <Button variant="default" size="xs" onClick={() => add(text)} disabled={text.trim() === ''}>
                Add certificate
              </Button>
              <FileButton accept=".pem,.cer,.crt,.txt" onChange={(file) => file && void file.text().then(add)}>
                {(props) => (
                  <Button variant="default" size="xs" {...props}>
                    From a file
                  </Button>
                )}
              </FileButton>
            </Group>
          </>
        )}
      </Stack>
    </Legend>
  );
}

function Certificate({ pem, fault, onRemove }: { pem: string; fault: string | undefined; onRemove: (() => void) | undefined }) {
  const { provider } = useFormFacts();
  const print = useFingerprint(pem);
  const expiries = useHealth(provider.id).data?.expiries ?? [];
  const expiry = expiries.find(({ what }) => print !== undefined && what.replaceAll(':', '').toLowerCase() === print);
  return (
    <Paper withBorder px="sm" py={8} radius="md">
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Stack gap={0} miw={0}>
          <Text size="xs" ff="monospace" truncate>
            SHA-256 {print ?? '…'}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            {expiry ? (
              <>
                Ends <When at={expiry.expiresAt} />
              </>
            ) : (
              'New'
            )}
          </Text>
          <FaultText>{fault}</FaultText>
        </Stack>
        <Group gap="xs" wrap="nowrap">
          {expiry && expiry.state !== 'later' ? (
            <Badge variant="light" color="red" tt="none">
              {expiry.state === 'expired' ? 'Expired' : 'Ends soon'}
            </Badge>
          ) : null}
          {onRemove ? (
            <Button size="compact-xs" variant="subtle" color="gray" onClick={onRemove}>
              Remove
            </Button>
          ) : null}
        </Group>
      </Group>
    </Paper>
  );
}
