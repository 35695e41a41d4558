/** Graph of the public cloud follows from the endpoints; these are the others. */
export const clouds = [
  { value: 'https://graph.microsoft.us', label: 'US government' },
  { value: 'https://dod-graph.microsoft.us', label: 'US Department of Defense' },
  { value: 'https://microsoftgraph.chinacloudapi.cn', label: 'China (21Vianet)' },
  { value: 'https://graph.microsoft.com', label: 'Public cloud' },
];
