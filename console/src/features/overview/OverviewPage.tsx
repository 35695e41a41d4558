import { PageHead } from '../../ui/PageHead.tsx';

export function OverviewPage() {
  return <PageHead title="Overview" />;
}
