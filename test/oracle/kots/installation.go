package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/template"

	"github.com/distribution/reference"
)

// installation is what a customer's installation of a release rests on.
type installation struct {
	Slug          string            `json:"slug"`
	Namespace     string            `json:"namespace"`
	LocalRegistry registry          `json:"localRegistry"`
	Application   application       `json:"application"`
	Version       *versionInfo      `json:"version"`
	License       *license          `json:"license"`
	Items         []item            `json:"items"`
	Entered       map[string]option `json:"entered"`
	// Public holds the images that can be pulled anonymously; without a network there are none.
	Public []string `json:"public"`
}

type registry struct {
	Host      string `json:"host"`
	Namespace string `json:"namespace"`
	Username  string `json:"username"`
	Password  string `json:"password"`
}

type application struct {
	ProxyPublicImages        bool   `json:"proxyPublicImages"`
	ReplicatedRegistryDomain string `json:"replicatedRegistryDomain"`
	ProxyRegistryDomain      string `json:"proxyRegistryDomain"`
}

type versionInfo struct {
	Sequence                 int64  `json:"sequence"`
	Cursor                   string `json:"cursor"`
	ChannelName              string `json:"channelName"`
	VersionLabel             string `json:"versionLabel"`
	IsRequired               bool   `json:"isRequired"`
	ReleaseNotes             string `json:"releaseNotes"`
	IsAirgap                 bool   `json:"isAirgap"`
	ReplicatedRegistryDomain string `json:"replicatedRegistryDomain"`
	ReplicatedProxyDomain    string `json:"replicatedProxyDomain"`
}

// license has the fields of a License's spec (kotskinds, apis/kots/v1beta1/license_types.go).
type license struct {
	AppSlug                           string                 `json:"appSlug"`
	ChannelID                         string                 `json:"channelID"`
	ChannelName                       string                 `json:"channelName"`
	CustomerEmail                     string                 `json:"customerEmail"`
	CustomerID                        string                 `json:"customerID"`
	CustomerName                      string                 `json:"customerName"`
	Endpoint                          string                 `json:"endpoint"`
	LicenseID                         string                 `json:"licenseID"`
	LicenseSequence                   int64                  `json:"licenseSequence"`
	LicenseType                       string                 `json:"licenseType"`
	ReplicatedProxyDomain             string                 `json:"replicatedProxyDomain"`
	Signature                         []byte                 `json:"signature"`
	IsEmbeddedClusterDownloadEnabled  bool                   `json:"isEmbeddedClusterDownloadEnabled"`
	IsAirgapSupported                 bool                   `json:"isAirgapSupported"`
	IsEmbeddedClusterMultiNodeEnabled bool                   `json:"isEmbeddedClusterMultiNodeEnabled"`
	IsDisasterRecoverySupported       bool                   `json:"isDisasterRecoverySupported"`
	IsGeoaxisSupported                bool                   `json:"isGeoaxisSupported"`
	IsGitOpsSupported                 bool                   `json:"isGitOpsSupported"`
	IsIdentityServiceSupported        bool                   `json:"isIdentityServiceSupported"`
	IsSemverRequired                  bool                   `json:"isSemverRequired"`
	IsSnapshotSupported               bool                   `json:"isSnapshotSupported"`
	IsSupportBundleUploadSupported    bool                   `json:"isSupportBundleUploadSupported"`
	Entitlements                      map[string]entitlement `json:"entitlements"`
}

type entitlement struct {
	Value json.RawMessage `json:"value"`
}

func (e entitlement) print() string {
	if len(e.Value) == 0 {
		return fmt.Sprint(nil)
	}
	var text string
	if json.Unmarshal(e.Value, &text) == nil {
		return text
	}
	return string(e.Value)
}

// hosts are GetRegistryProxyInfo's, pkg/docker/registry/registry.go.
func (i installation) hosts() (upstream, registry, proxy string) {
	upstream, proxy = "registry.replicated.com", "proxy.replicated.com"
	if i.License != nil {
		endpoint, err := url.Parse(i.License.Endpoint)
		if err == nil && endpoint.Hostname() == "staging.replicated.app" {
			upstream, proxy = "registry.staging.replicated.com", "proxy.staging.replicated.com"
		}
	}
	registry = upstream
	overrides := [][2]string{{i.Application.ReplicatedRegistryDomain, i.Application.ProxyRegistryDomain}}
	if i.Version != nil {
		overrides = append(overrides, [2]string{i.Version.ReplicatedRegistryDomain, i.Version.ReplicatedProxyDomain})
	}
	for _, one := range overrides {
		if one[0] != "" {
			registry = one[0]
		}
		if one[1] != "" {
			proxy = one[1]
		}
	}
	return upstream, registry, proxy
}

// dockerConfig is how docker keeps one user of several registries.
func dockerConfig(registries []string, user string) string {
	auth := map[string]string{"auth": base64.StdEncoding.EncodeToString([]byte(user))}
	auths := map[string]any{}
	for _, one := range registries {
		auths[one] = auth
	}
	written, err := json.Marshal(map[string]any{"auths": auths})
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(written)
}

// licence is license_context.go.
func (i installation) licence() template.FuncMap {
	return template.FuncMap{
		"LicenseFieldValue": func(name string) string {
			if i.License == nil {
				return ""
			}
			return i.License.field(name)
		},
		"LicenseDockerCfg": func() string {
			if i.License == nil {
				return ""
			}
			_, registry, proxy := i.hosts()
			return dockerConfig([]string{proxy, registry}, "LICENSE_ID:"+i.License.LicenseID)
		},
	}
}

func (l license) field(name string) string {
	texts := map[string]string{
		"appSlug": l.AppSlug, "channelID": l.ChannelID, "channelName": l.ChannelName,
		"customerEmail": l.CustomerEmail, "customerID": l.CustomerID, "customerName": l.CustomerName,
		"endpoint": l.Endpoint, "licenseID": l.LicenseID, "licenseId": l.LicenseID,
		"licenseSequence": strconv.FormatInt(l.LicenseSequence, 10), "licenseType": l.LicenseType,
		"replicatedProxyDomain": l.ReplicatedProxyDomain, "signature": string(l.Signature),
	}
	truths := map[string]bool{
		"isEmbeddedClusterDownloadEnabled":  l.IsEmbeddedClusterDownloadEnabled,
		"isAirgapSupported":                 l.IsAirgapSupported,
		"isEmbeddedClusterMultiNodeEnabled": l.IsEmbeddedClusterMultiNodeEnabled,
		"IsDisasterRecoverySupported":       l.IsDisasterRecoverySupported,
		"isDisasterRecoverySupported":       l.IsDisasterRecoverySupported,
		"isGeoaxisSupported":                l.IsGeoaxisSupported,
		"isGitOpsSupported":                 l.IsGitOpsSupported,
		"isIdentityServiceSupported":        l.IsIdentityServiceSupported,
		"isSemverRequired":                  l.IsSemverRequired,
		"isSnapshotSupported":               l.IsSnapshotSupported,
		"isSupportBundleUploadSupported":    l.IsSupportBundleUploadSupported,
	}
	if text, ok := texts[name]; ok {
		if name == "endpoint" && text == "" {
			return "https://replicated.app"
		}
		return text
	}
	if truth, ok := truths[name]; ok {
		return strconv.FormatBool(truth)
	}
	if one, ok := l.Entitlements[name]; ok {
		return one.print()
	}
	return ""
}

// version is version_context.go. Its two domains are left out: what Replicated's service sends is not known here.
func (i installation) version() template.FuncMap {
	info := versionInfo{Sequence: -1}
	if i.Version != nil {
		info = *i.Version
	}
	return template.FuncMap{
		"Sequence":     func() int64 { return info.Sequence },
		"Cursor":       func() string { return info.Cursor },
		"ChannelName":  func() string { return info.ChannelName },
		"VersionLabel": func() string { return info.VersionLabel },
		"IsRequired":   func() bool { return info.IsRequired },
		"ReleaseNotes": func() string { return info.ReleaseNotes },
		"IsAirgap":     func() bool { return info.IsAirgap },
	}
}

func hostAlone(domain string) string { return strings.Split(domain, "/")[0] }

// secret is localRegistryImagePullSecret of config_context.go; without a slug there is no secret to read.
func (i installation) secret() string {
	if i.Slug == "" {
		panic("runtime error: invalid memory address or nil pointer dereference")
	}
	if local := i.LocalRegistry; local.Host != "" {
		return dockerConfig([]string{hostAlone(local.Host)}, local.Username+":"+local.Password)
	}
	id := ""
	if i.License != nil {
		id = i.License.LicenseID
	}
	_, registry, proxy := i.hosts()
	return dockerConfig([]string{hostAlone(proxy), hostAlone(registry)}, "LICENSE_ID:"+id)
}

// localImageName is the function of that name in config_context.go, with DestImage and StripImageTagAndDigest of
// pkg/imageutil/image.go, RewritePrivateImage of pkg/image/image.go and MakeProxiedImageURL of
// pkg/docker/registry/images.go.
func (i installation) localImageName(image string) string {
	named, err := reference.ParseDockerRef(image)
	if err != nil {
		return ""
	}
	if local := i.LocalRegistry; local.Host != "" {
		parts := strings.Split(named.String(), "/")
		place := local.Host
		if local.Namespace != "" {
			place += "/" + local.Namespace
		}
		return place + "/" + parts[len(parts)-1]
	}
	if !i.Application.ProxyPublicImages {
		for _, one := range i.Public {
			if one == image {
				return image
			}
		}
	}
	upstream, registry, proxy := i.hosts()
	switch host := reference.Domain(named); host {
	case registry:
		return image
	case upstream:
		return strings.Replace(image, host, registry, 1)
	}
	slash := strings.LastIndex(image, "/") + 1
	last, _, _ := strings.Cut(image[slash:], "@")
	last, _, _ = strings.Cut(last, ":")
	name := image[:slash] + last
	if hostAlone(name) != proxy {
		slug := ""
		if i.License != nil {
			slug = i.License.AppSlug
		}
		name = proxy + "/proxy/" + slug + "/" + name
	}
	if digested, ok := named.(reference.Canonical); ok {
		return name + "@" + digested.Digest().String()
	}
	if tagged, ok := named.(reference.Tagged); ok {
		return name + ":" + tagged.Tag()
	}
	return name
}
