// Renders charts as the app manager does (KOTS, pkg/apparchive/helm-v1beta2.go): with Helm's own packages, on the client
// alone. Reads cases as JSON from its input and writes what became of them.
package main

import (
	"encoding/json"
	"io"
	"log"
	"os"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

type given struct {
	Name      string            `json:"name"`
	Files     map[string]string `json:"files"`
	Values    string            `json:"values"`
	Release   string            `json:"release"`
	Namespace string            `json:"namespace"`
}

type hook struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

type made struct {
	Manifest string `json:"manifest,omitempty"`
	Hooks    []hook `json:"hooks,omitempty"`
	Err      string `json:"err,omitempty"`
}

func main() {
	log.SetOutput(io.Discard)
	var cases []given
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	results := make([]made, 0, len(cases))
	for _, one := range cases {
		results = append(results, render(one))
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if err := out.Encode(results); err != nil {
		panic(err)
	}
}

func render(one given) made {
	files := []*loader.BufferedFile{}
	for name, text := range one.Files {
		files = append(files, &loader.BufferedFile{Name: name, Data: []byte(text)})
	}
	chart, err := loader.LoadFiles(files)
	if err != nil {
		return made{Err: err.Error()}
	}
	values, err := chartutil.ReadValues([]byte(one.Values))
	if err != nil {
		return made{Err: err.Error()}
	}
	client := action.NewInstall(&action.Configuration{Log: func(string, ...interface{}) {}})
	client.DryRun = true
	client.ReleaseName = one.Release
	client.Namespace = one.Namespace
	client.Replace = true
	client.ClientOnly = true
	client.IncludeCRDs = true
	release, err := client.Run(chart, values)
	if err != nil {
		return made{Err: err.Error()}
	}
	result := made{Manifest: release.Manifest}
	for _, one := range release.Hooks {
		result.Hooks = append(result.Hooks, hook{Path: one.Path, Text: one.Manifest})
	}
	return result
}
