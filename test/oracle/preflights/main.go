// Gathers the preflights of rendered files as the app manager does (KOTS, pkg/rewrite/rewrite.go and
// pkg/kotsutil/troubleshoot.go): with Troubleshoot's own packages. Reads lists of texts as JSON and writes what is made
// of each list, null where there is no preflight.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"

	troubleshoot "github.com/replicatedhq/troubleshoot/pkg/apis/troubleshoot/v1beta2"
	"github.com/replicatedhq/troubleshoot/pkg/client/troubleshootclientset/scheme"
	"github.com/replicatedhq/troubleshoot/pkg/loader"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
)

func main() {
	var cases [][]string
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	results := []*string{}
	for _, texts := range cases {
		results = append(results, gather(texts))
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if err := out.Encode(results); err != nil {
		panic(err)
	}
}

func gather(texts []string) *string {
	kinds, err := loader.LoadSpecs(context.Background(), loader.LoadOptions{RawSpecs: texts})
	if err != nil {
		said := "error: " + err.Error()
		return &said
	}
	if len(kinds.PreflightsV1Beta2) == 0 {
		return nil
	}
	whole := kinds.PreflightsV1Beta2[0].DeepCopy()
	for _, one := range kinds.PreflightsV1Beta2[1:] {
		whole = concat(whole, one)
	}
	var b bytes.Buffer
	yaml := serializer.NewYAMLSerializer(serializer.DefaultMetaFactory, scheme.Scheme, scheme.Scheme)
	if err := yaml.Encode(whole, &b); err != nil {
		panic(err)
	}
	text := b.String()
	return &text
}

// ConcatPreflightSpec of pkg/preflight, whose package needs all collectors to be built.
func concat(target *troubleshoot.Preflight, source troubleshoot.Preflight) *troubleshoot.Preflight {
	whole := target.DeepCopy()
	whole.Spec.Collectors = append(whole.Spec.Collectors, source.Spec.Collectors...)
	whole.Spec.RemoteCollectors = append(whole.Spec.RemoteCollectors, source.Spec.RemoteCollectors...)
	whole.Spec.Analyzers = append(whole.Spec.Analyzers, source.Spec.Analyzers...)
	return whole
}
