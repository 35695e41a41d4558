import { Stack, Textarea, TextInput } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { allFields } from '../form/fields.ts';
import { type HandValues, handFields, type Member, optional } from './hand.ts';

/** Fields for what would else be fetched. */
export function ByHand({
  member,
  values,
  onChange,
  error,
}: {
  member: Member;
  values: HandValues;
  onChange: (values: HandValues) => void;
  error: unknown;
}) {
  return (
    <Stack gap="md">
      {handFields[member].map((pointer) => {
        const field = allFields.find((one) => one.pointer === pointer);
        const shared = {
          label: field?.label,
          value: values[pointer] ?? '',
          error: faultAt(error, pointer),
          required: !optional.includes(pointer),
          spellCheck: false,
        };
        const take = (text: string): void => onChange({ ...values, [pointer]: text });
        return pointer === '/saml/verificationCertificates' ? (
          <Textarea
            key={pointer}
            {...shared}
            placeholder="-----BEGIN CERTIFICATE----- …"
            autosize
            minRows={4}
            maxRows={10}
            onChange={(event) => take(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            key={pointer}
            {...shared}
            description={field?.help}
            autoComplete="off"
            onChange={(event) => take(event.currentTarget.value)}
          />
        );
      })}
    </Stack>
  );
}
