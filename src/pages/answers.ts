/** A submit button: what it adds to the posted form. Without a name it adds nothing. */
export interface SubmitField {
  name?: string;
  value?: string;
}

export interface AnswerView {
  name: string;
  value: string;
  text: string;
  look: 'primary' | 'quiet';
}

/** Yes and no, both submitting the form they stand in. */
export function answerViews(yes: SubmitField & { text: string }, no: SubmitField & { text: string }): AnswerView[] {
  return [
    { name: yes.name ?? '', value: yes.value ?? '', text: yes.text, look: 'primary' },
    { name: no.name ?? '', value: no.value ?? '', text: no.text, look: 'quiet' },
  ];
}
