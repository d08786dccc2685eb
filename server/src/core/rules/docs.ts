/** The page that explains a rule; it is made from the rule's file. */
export const docsOf = (rule: string): string =>
  `https://github.com/waybill-dev/waybill/blob/main/docs/rules/${rule}.md`;
