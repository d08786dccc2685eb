/** What `waybill COMMAND --help` prints; loaded for that alone. */
export const help: Readonly<Record<string, string>> = {
  check: `
Usage: waybill check [PATH…] [OPTIONS]

Checks every image of the releases in the given folders or files (default: this folder).

Options
  --format text|json|sarif|github   how to print (default: text)
  --offline                         asks nobody; says what can be told from the files alone
  --fix[=unverified]                rewrites files where the result is known to exist; with =unverified also where
                                    it is not known
  --require-verdicts                ends with 3 if an image could not be checked or a file not be read
  --untrusted                       treats the files as a stranger's: no network, no programs
  --app SLUG                        the app's slug (else REPLICATED_APP, .waybill.yaml, .replicated)
  --aws-profile ACCOUNT=PROFILE     the AWS profile to ask an account with; may be given for several accounts.
                                    Credentials in the environment win
  --cached                          takes answers of the last minutes from memory, instead of asking anew

Ends with 0: no errors; 1: some; 2: could not run; 3: --require-verdicts and some image unchecked.

Credentials are AWS's own (environment, profiles), docker's logins where a registry refuses to answer anybody, and
REPLICATED_API_TOKEN for the vendor portal. Only AWS accounts listed in .waybill.yaml or linked there are asked.`,

  preview: `
Usage: waybill preview [PATH] [OPTIONS]

Shows the kustomization that the app manager writes for a release, and each image before and after: with --airgap also
what keeps one from being pulled there. docs/preview.schema.json describes the JSON.

Options
  --format text|json        how to print (default: text)
  --app-slug SLUG           the app's slug (also --app)
  --proxy-domain HOST       the proxy's domain
  --registry-domain HOST    the domain of Replicated's registry
  --local-registry HOST     previews an installation with this local registry
  --local-registry-namespace NS, --local-registry-username U, --local-registry-password P
  --airgap                  previews an air-gapped installation
  --installer kots|embedded-cluster-2|embedded-cluster-3|helm
  --out DIR                 writes the layers that the app manager writes (base, overlays, rendered, kotsKinds, helm)
                            into a folder of their own; ends with 1 where it would refuse the version
  --force                   has --out write among other files, too, and leave these alone
  --config FILE, --license FILE, --installation FILE   a customer's ConfigValues, licence and Installation
  --unknowns-fail           shows conditions that only a customer can decide as if they failed, and not as if they held
  --channel NAME, --version-label LABEL                what templates are told of the release
  --namespace NS, --downstream NAME                    where it is installed, and as which downstream`,

  mirror: `
Usage: waybill mirror IMAGE… [--to REF] [OPTIONS]
       waybill mirror --release PATH [--rewrite] [OPTIONS]
       waybill mirror IMAGE… --pull-through HOST [--create] [--secret ARN]

Copies images from any registry, or from what this machine or CI has built (oci:FOLDER[:TAG], oci-archive:FILE[:TAG],
docker-archive:FILE[:NAME], ./image.tar), to their private path, all platforms, byte for byte: the digest stays the same. What is
there already is not sent again, and a tag is only set when all of its image is there, so an interrupted copy is gone
on with by the same command.

Options
  --to REF              where to; else where the .waybill.yaml of this folder has the image live privately
  --release PATH        all public images of a release, to their private paths
  --rewrite             has the release name what was mirrored
  --pull-through HOST   has the pull-through cache of a registry of Amazon ECR fetch the images instead, with a rule
                        that --create makes; --secret ARN is the login for upstreams that want one
  --referrers           signatures, SBOMs and attestations too
  --create              makes repositories of Amazon ECR that are missing, with --immutable and --scan-on-push if given
  --dry-run             says what would happen, to the byte, and copies nothing
  --format text|json    words, or a line of JSON for each event
  --aws-profile ACCOUNT=PROFILE     the AWS profile for an account. Credentials in the environment win

Ends with 0: all is there; 1: refused (an immutable tag with other content, images that share a path …); 2: could not
run; 4: an image is not there or may not be pulled; 5: the target does not take it; 6: the network gave up; 7: bytes
that are not what their digest says; 130: interrupted. Of several causes, the lowest.`,

  registry: `
Usage: waybill registry list [PATH…] [--format text|json]
       waybill registry policy [PATH…] [--as json|aws|terraform] [--all] [--role --team ID] [--name NAME] [--registry HOST]
                               [--create]
       waybill registry add HOST [PATH] [--key-stdin | --create-user [--user NAME]] [--name NAME] [--apps SLUG,…]
                            [--skip-test] [--allow-excess] [--format text|json]
       waybill registry test NAME|ENDPOINT --image REPOSITORY:TAG [--format text|json]
       waybill registry login HOST [--aws-profile ACCOUNT=PROFILE]
       waybill registry replication HOST [--regions REGION,…] [--aws-profile ACCOUNT=PROFILE]

list    the registries that .waybill.yaml lists and the vendor portal has, the apps that they serve, and what
        Replicated got when it last pulled from each
policy  the read-only identity that Replicated pulls with, for the repositories that the release uses or with --all for
        all of the registry: a policy document, commands of the AWS CLI, or Terraform. A user with an access key, or
        with --role a role that the portal may take for your team. Printed, and nothing is changed; with --create it is
        made by your own credentials, and a key is printed once
add     links a registry of Amazon ECR. The key comes from stdin with --key-stdin (what "aws iam create-access-key"
        prints, or its id and secret) or from ECR_ACCESS_KEY_ID and ECR_SECRET_ACCESS_KEY, never from the command line;
        --create-user makes the user and its key with your own AWS credentials, and the key goes to the portal alone.
        First it is tried whether the key can pull each image of the release and cannot push or delete
test    has Replicated pull an image from a linked registry. Ends with 0 if it can, with 1 if it cannot
login   writes a docker login for a registry of Amazon ECR, as "aws ecr get-login-password | docker login" does
replication   where a registry of Amazon ECR copies what is pushed to it, and as JSON for "aws ecr
        put-replication-configuration" the settings by which it would serve further regions; changes nothing

list, add and test ask the vendor portal with REPLICATED_API_TOKEN or the login of the replicated CLI; login asks AWS with
your own credentials. add ends with 0: linked, or linked already; 1: the key or an image is refused; 2: could not run; 4:
the portal refuses; 6: the portal was out of reach or failed.`,

  release: `
Usage: waybill release init [DIR] [--app SLUG] [--registry HOST[/PREFIX]]
       waybill release push [PATH] [OPTIONS]

init    writes the files of a new app into a folder; what is there already is never written over
push    checks a release, shows how it differs from the channel's current one, creates it in the vendor portal and
        promotes it. Charts are packaged, hidden files and .waybill.yaml left out. The same content is not released
        twice: an interrupted push is gone on with by the same command

Options of push
  --app SLUG             else REPLICATED_APP, .waybill.yaml, .replicated
  --channel NAME         else .waybill.yaml, .replicated
  --version LABEL        the version label
  --notes TEXT, --notes-file FILE   release notes, Markdown
  --required             customers may not skip this version
  --dry-run              shows all of it, and changes nothing
  --yes                  promotes without asking; without a terminal nothing is promoted otherwise
  --confirm NAME         the name of a channel that .waybill.yaml lists under protectedChannels, in place of typing it
  --again                releases the same content once more
  --ignore-warnings      promotes though the portal warns
  --wait-airgap          waits for the air-gap bundle, --airgap-timeout MINUTES at most (30)
  --offline              checks the files alone and asks no registry
  --require-verdicts     stops where an image could not be checked or a file not be read
  --lint                 has Replicated's linter (lint.replicated.com) look at the files too
  --format text|json     how to print (default: text)
  --aws-profile ACCOUNT=PROFILE     the AWS profile to ask an account with

push ends with 0: promoted, or nothing to do; 1: the release is not fit (an error of the check, an image of builtByUs
that is missing, files that collide, a chart that cannot be packaged, too large); 2: could not run; 3: --require-verdicts
and some image unchecked; 4: the portal does not take it (token, app, channel, version label, warnings); 5: somebody else
promoted meanwhile; 6: the portal was out of reach or failed; 7: promoted, but the air-gap bundle was not built; 8: not
confirmed; 130: interrupted. Whatever happens, it says what was and was not done.

The token is REPLICATED_API_TOKEN, or the login of the replicated CLI.`,

  app: `
Usage: waybill app create NAME [--format text|json]
       waybill app ls [--format text|json]
       waybill app channels [--app SLUG] [--format text|json]

ls         the apps that the token sees
channels   the channels of an app, with the release that is current on each

Ends with 0, 2: could not run; 4: the portal refuses; 6: the portal was out of reach or failed. The token is
REPLICATED_API_TOKEN, or the login of the replicated CLI.`,

  customer: `
Usage: waybill customer create NAME [--channel CHANNEL] [--type dev|trial|paid|community] [--email ADDRESS]
                               [--expires-in DAYS] [--airgap] [--embedded-cluster] [--helm] [--out FILE]
                               [--app SLUG] [--format text|json]
       waybill customer ls [--app SLUG] [--format text|json]
       waybill customer licence NAME|ID [--out FILE] [--app SLUG] [--format text|json]
       waybill customer install NAME|ID [--channel CHANNEL] [--airgap] [--out FILE] [--app SLUG] [--format text|json]

create    a customer on a channel, with the licence in a file where --out names one. Who is there already is not
          created twice
ls        the customers of an app
licence   downloads a licence into a file that only you can read; no file is written over
install   prints the commands to install and to upgrade with KOTS, Embedded Cluster and Helm, as far as the channel's
          release supports them; --out names the licence's file

Ends with 0; 2: could not run; 4: the portal refuses; 6: the portal was out of reach or failed. The token is
REPLICATED_API_TOKEN, or the login of the replicated CLI.`,

  verify: `
Usage: waybill verify [PATH] [OPTIONS]

Reads the pods of a cluster and says of each container whether it pulled what the release in PATH (default: this folder)
deploys: through the proxy, with the pull secret of the app manager, and the digest that the registry has now. An image
that could not be pulled is explained. Changes nothing in the cluster.

Options
  --format text|json      how to print (default: text)
  -n, --namespace NAME    where the app is installed (default: the context's namespace, else one named as the app)
  -A, --all-namespaces    looks everywhere
  --context NAME          the context of the kubeconfig (default: its current one)
  --kubeconfig FILE       the kubeconfig (default: KUBECONFIG, else ~/.kube/config)
  --installed DIR         compares what is installed too: its version with the channel's current one in the vendor
                          portal, where there is a token; the images, pull secrets and annotations of its midstream
                          kustomization with the preview for that customer. DIR is what
                          "kubectl kots download APP --current --dest DIR" wrote. Needs no cluster where there is no
                          kubeconfig, or with --no-cluster
  --app SLUG              the app's slug (else REPLICATED_APP, .waybill.yaml, .replicated)
  --aws-profile ACCOUNT=PROFILE   the AWS profile to ask an account with
and how the customer installs, as for waybill preview: --local-registry HOST, --local-registry-namespace NS,
--local-registry-username U, --airgap, --installer NAME, --proxy-domain HOST, --registry-domain HOST, --config FILE,
--license FILE, --installation FILE, --channel NAME, --version-label LABEL.

Ends with 0: nothing is wrong; 1: something is, or differs from what is installed; 2: could not run; 3: no pod of the app
was found.`,

  guide: `
Usage: waybill guide [DIR] [OPTIONS]

Goes the whole way from an empty folder to verified pods, each step checked before the next: the app, a release, a
customer, images in your registry, the registry linked, the release promoted, what the cluster pulled. Each step is a
command of waybill, which is shown. What is missing (a token, credentials, rights, a channel) is told before anything is
begun. What is done already is not done again, so the same command goes on after any stop.

Options
  --sandbox              does all of it in a world of its own on this machine; --data DIR keeps that between runs
  --yes                  takes every step without asking
  --app SLUG             the app (else REPLICATED_APP)
  --channel NAME         the channel (default: Unstable)
  --registry HOST[/PREFIX]   where private images live (default: your account's registry in AWS_REGION, demo-apps)
  --customer NAME        the customer who installs it (default: Guide)

Ends with 0: all of it is done; else with the code of the step that did not end well.`,

  sandbox: `
Usage: waybill sandbox [OPTIONS]

Starts an ECR, its registry, a public registry and a vendor portal on this machine, with a few images in them, and
prints the environment to use. Runs until it is interrupted.

Options
  --port N          the ECR's port (default: any free one)
  --data DIR        keeps everything in a folder (default: in memory)
  --format json     prints the environment as one JSON object`,

  lsp: `
Usage: waybill lsp --stdio | --node-ipc | --socket=N

Runs the language server. An editor starts this; docs/editors.md shows how.`,
};
