// Prints what cdk-nag finds in a template, as [[rule, logical ID], …]: node cdk_nag.cjs TEMPLATE
// Node looks for packages beside this file's copy, in the folder where judges.py installs them.
const { App, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { AwsSolutionsChecks, PCIDSS321Checks } = require("cdk-nag");

const app = new App();
new CfnInclude(new Stack(app, "Stack"), "Template", { templateFile: process.argv[2] });
const found = [PCIDSS321Checks, AwsSolutionsChecks].flatMap((Pack) =>
  new Pack().validateScope(app).violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => [ruleName, constructPath.split("/").at(-1)]),
  ),
);
console.log(JSON.stringify(found));
