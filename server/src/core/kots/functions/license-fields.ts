/**
 * The fields that every licence has and what each says (KOTS, pkg/template/license_context.go). Whatever else a
 * template asks for is a field of the vendor's own.
 */
export const licenseFieldSummaries: ReadonlyMap<string, string> = new Map([
  ['appSlug', "The app's slug."],
  ['channelID', 'The ID of the channel that the customer is on.'],
  ['channelName', 'The name of the channel that the customer is on.'],
  ['customerID', "The customer's ID."],
  ['customerName', "The customer's name."],
  ['customerEmail', "The customer's email address."],
  ['endpoint', 'Where the app manager asks for updates.'],
  ['licenseID', "The licence's ID, which also signs in at the proxy and the registry."],
  ['licenseId', 'Another spelling of licenseID.'],
  ['licenseSequence', 'How often the licence has been changed.'],
  ['licenseType', 'What the licence is for: dev, trial, paid or community.'],
  ['replicatedProxyDomain', "The host of Replicated's proxy, or the vendor's own domain for it."],
  ['signature', 'What proves that the licence is genuine.'],
  ['isAirgapSupported', 'Whether the customer may install without internet.'],
  ['isDisasterRecoverySupported', 'Whether the customer may back up and restore an embedded cluster.'],
  ['IsDisasterRecoverySupported', 'Another spelling of isDisasterRecoverySupported.'],
  ['isEmbeddedClusterDownloadEnabled', 'Whether the customer may install with Embedded Cluster.'],
  ['isEmbeddedClusterMultiNodeEnabled', 'Whether the embedded cluster may have more than one node.'],
  ['isGeoaxisSupported', 'Whether the customer may sign in with GEOAxIS.'],
  ['isGitOpsSupported', 'Whether the customer may deploy by GitOps.'],
  ['isIdentityServiceSupported', 'Whether the customer may set up single sign-on.'],
  ['isSemverRequired', 'Whether versions are ordered by semantic versioning.'],
  ['isSnapshotSupported', 'Whether the customer may make snapshots.'],
  ['isSupportBundleUploadSupported', 'Whether the customer may upload support bundles to the vendor.'],
]);
