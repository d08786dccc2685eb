package main

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"text/template"
)

// item is one of a Config's (kotskinds, apis/kots/v1beta1/config_types.go), its texts as BoolOrString gives them.
type item struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	ReadOnly bool   `json:"readonly"`
	Value    string `json:"value"`
	Default  string `json:"default"`
	Filename string `json:"filename"`
}

type option struct {
	Value    string `json:"value"`
	Default  string `json:"default"`
	Filename string `json:"filename"`
}

func (o option) text() string {
	if o.Value != "" {
		return o.Value
	}
	return o.Default
}

type options struct{ values map[string]option }

// config is the functions of config_context.go.
func (i installation) config(options *options) template.FuncMap {
	address := i.LocalRegistry.Host
	if i.LocalRegistry.Namespace != "" {
		address += "/" + i.LocalRegistry.Namespace
	}
	secretName := ""
	if i.Slug != "" {
		secretName = i.Slug + "-registry"
	}
	compared := func(wanted bool) func(name, value string) bool {
		return func(name, value string) bool {
			found, ok := options.values[name]
			return ok && (found.text() == value) == wanted
		}
	}
	return template.FuncMap{
		"ConfigOption":                 func(name string) string { return options.values[name].text() },
		"ConfigOptionName":             func(name string) string { return name },
		"ConfigOptionIndex":            func(name string) string { return "" },
		"ConfigOptionData":             func(name string) string { return decoded(options.values[name].text()) },
		"ConfigOptionFilename":         func(name string) string { return options.values[name].Filename },
		"ConfigOptionEquals":           compared(true),
		"ConfigOptionNotEquals":        compared(false),
		"LocalRegistryAddress":         func() string { return address },
		"LocalRegistryHost":            func() string { return i.LocalRegistry.Host },
		"LocalRegistryNamespace":       func() string { return i.LocalRegistry.Namespace },
		"HasLocalRegistry":             func() bool { return i.LocalRegistry.Host != "" },
		"LocalImageName":               i.localImageName,
		"LocalRegistryImagePullSecret": i.secret,
		"ImagePullSecretName":          func() string { return secretName },
	}
}

// resolve fills in the options as newConfigContext does, those first that ask about no other.
func (i installation) resolve(options *options, functions template.FuncMap) error {
	for name, one := range i.Entered {
		options.values[name] = one
	}
	items := map[string]item{}
	waiting := map[string]map[string]bool{}
	found := asked{}
	for _, one := range i.Items {
		items[one.Name] = one
		waiting[one.Name] = map[string]bool{}
	}
	for _, one := range i.Items {
		found.scan(one.Name, one.Default, waiting[one.Name])
		found.scan(one.Name, one.Value, waiting[one.Name])
	}
	found.join(waiting)
	for round := 0; len(waiting) > 0; round++ {
		ready := []string{}
		for name, needed := range waiting {
			if len(needed) == 0 {
				ready = append(ready, name)
			}
		}
		if len(ready) == 0 {
			return fmt.Errorf("no config options exist with 0 dependencies")
		}
		sort.Strings(ready)
		for _, needed := range waiting {
			for name := range needed {
				if _, ok := items[name]; !ok {
					delete(needed, name)
				}
			}
		}
		for _, name := range ready {
			delete(waiting, name)
			for _, needed := range waiting {
				delete(needed, name)
			}
			options.values[name] = i.build(items[name], options, functions)
		}
	}
	return nil
}

func (i installation) build(one item, options *options, functions template.FuncMap) option {
	text := func(source string) string {
		rendered, err := render(source, functions)
		if err != nil {
			return ""
		}
		return rendered
	}
	built := option{Default: text(one.Default)}
	entered, ok := options.values[one.Name]
	if ok && one.isEditable() {
		built.Value, built.Filename = entered.Value, entered.Filename
		return built
	}
	built.Value, built.Filename = text(one.Value), text(one.Filename)
	return built
}

var editable = "||bool|file|password|select|select_many|select_one|radio|dropdown|text|textarea|"

func (i item) isEditable() bool { return !i.ReadOnly && strings.Contains(editable, "|"+i.Type+"|") }

// asked is what depgraph.go learns of certificates; options go straight into what is waited for.
type asked struct{ certificates, keys, authorities, keyAuthorities, signed, signedKeys []pair }

type pair struct{ name, item string }

var calls = regexp.MustCompile(
	`(?:ConfigOption|ConfigOptionIndex|ConfigData|ConfigOptionFilename|ConfigOptionEquals|ConfigOptionNotEquals) +"[^"]+"`)

func (a *asked) scan(name, text string, needed map[string]bool) {
	option := func(other string, _ ...string) string { needed[other] = true; return other }
	one := func(list *[]pair) func(string, ...string) string {
		return func(of string, _ ...string) string { *list = append(*list, pair{of, name}); return of }
	}
	functions := template.FuncMap{
		"ConfigOption": option, "ConfigOptionIndex": option, "ConfigOptionData": option,
		"ConfigOptionFilename": option, "ConfigOptionEquals": option, "ConfigOptionNotEquals": option,
		"TLSCert": one(&a.certificates), "TLSKey": one(&a.keys), "TLSCACert": one(&a.authorities),
		"TLSCertFromCA": func(authority, certificate string, _ ...string) string {
			a.signed = append(a.signed, pair{authority + certificate, name})
			return certificate
		},
		"TLSKeyFromCA": func(authority, certificate string, _ ...string) string {
			a.keyAuthorities = append(a.keyAuthorities, pair{authority, name})
			a.signedKeys = append(a.signedKeys, pair{authority + certificate, name})
			return certificate
		},
	}
	if _, err := render(text, functions); err == nil {
		return
	}
	found := calls.FindAllString(text, -1)
	for index := range found {
		found[index] = "repl{{ " + found[index] + " }}"
	}
	_, _ = render(strings.Join(found, " "), functions)
}

func (a asked) join(waiting map[string]map[string]bool) {
	for _, lists := range [][2][]pair{
		{a.keys, a.certificates}, {a.keyAuthorities, a.authorities}, {a.signedKeys, a.signed},
	} {
		for _, wants := range lists[0] {
			for _, has := range lists[1] {
				if wants.name == has.name && wants.item != has.item {
					waiting[wants.item][has.item] = true
				}
			}
		}
	}
}
